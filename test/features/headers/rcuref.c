/* An entry with an rcuref_t that readers find; PLAIN_FREE does not wait for them. */
#include <refuzz.h>
#include <linux/rcupdate.h>
#include <linux/rcuref.h>
#include <linux/slab.h>

struct dst {
	rcuref_t count;
	struct rcu_head rcu;
};

static bool lookup(struct dst *dst)
{
	guard(rcu)();
	return refuzz_linked() == REFUZZ_LIVE && rcuref_get(&dst->count);
}

static void put(struct dst *dst)
{
	bool was_last;

	rcu_read_lock();
	was_last = rcuref_put_rcusafe(&dst->count);
	if (was_last)
		refuzz_link(REFUZZ_NOWHERE);
	rcu_read_unlock();
	if (!was_last)
		return;
#ifdef PLAIN_FREE
	kfree(dst);
#else
	kfree_rcu(dst, rcu);
#endif
}

REFUZZ_SCHEME(struct dst, count);
REFUZZ_STATE(one) { rcuref_init(&object->count, 1); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_GET(lookup) { return lookup(object); }
REFUZZ_PUT(put) { put(object); }
REFUZZ_USE(use) { refuzz_use(); }
