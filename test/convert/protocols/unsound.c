/*
 * Endpoints: 0 is idle, EP_DEAD is dead for good. Lookups go by RCU and lose against the reaper; but two reapers may look at one
 * endpoint, with no lock, so the code is wrong before it is converted.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#define EP_DEAD (-7)

struct endpoint {
	atomic_t ref;
	struct rcu_head rh;
};

static void ep_free(struct rcu_head *rh)
{
	kfree(container_of(rh, struct endpoint, rh));
}

static bool ep_get(struct endpoint *ep)
{
	bool got = false;

	rcu_read_lock();
	if (refuzz_linked() == REFUZZ_LIVE)
		got = atomic_add_unless(&ep->ref, 1, EP_DEAD);
	rcu_read_unlock();
	return got;
}

static void ep_put(struct endpoint *ep)
{
	smp_mb__before_atomic();
	atomic_dec(&ep->ref);
}

static bool ep_reap(struct endpoint *ep)
{
	if (refuzz_linked() != REFUZZ_LIVE)
		return false;
	if (atomic_cmpxchg(&ep->ref, 0, EP_DEAD))
		return false;
	refuzz_link(REFUZZ_NOWHERE);
	call_rcu(&ep->rh, ep_free);
	return true;
}

REFUZZ_SCHEME(struct endpoint, ref);
REFUZZ_STATE(idle, .live = true);
REFUZZ_STATE(used, .count = 1, .live = true, .holders = 1);
REFUZZ_GET(get) { return ep_get(object); }
REFUZZ_PUT(put) { ep_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(reap) { return ep_reap(object) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
