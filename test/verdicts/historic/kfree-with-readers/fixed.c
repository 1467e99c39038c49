/*
 * A route that is found under RCU, and counted only if its count is not 0.
 *
 * It is freed when present readers have left.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct route {
	atomic_t refs;
	struct rcu_head rcu;
};

static bool route_find(struct route *route)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE && atomic_inc_not_zero(&route->refs);
	rcu_read_unlock();
	return found;
}

static void route_put(struct route *route)
{
	if (!atomic_dec_and_test(&route->refs))
		return;
	refuzz_link(REFUZZ_NOWHERE);
	kfree_rcu(route, rcu);
}

REFUZZ_SCHEME(struct route, refs);
REFUZZ_STATE(one)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(find) { return route_find(object); }
REFUZZ_PUT(put) { route_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
