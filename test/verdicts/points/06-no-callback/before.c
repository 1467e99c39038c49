/* The last put leaves the free to RCU; after.c: it names no function that RCU could call. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item {
	atomic_t refs;
	struct rcu_head rcu;
};

static bool item_get(struct item *item)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE && atomic_inc_not_zero(&item->refs);
	rcu_read_unlock();
	return found;
}

static void item_free(struct rcu_head *head)
{
	kfree(container_of(head, struct item, rcu));
}

static void item_put(struct item *item)
{
	if (atomic_dec_and_test(&item->refs)) {
		refuzz_link(REFUZZ_NOWHERE);
		call_rcu(&item->rcu, item_free);
	}
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_STATE(two)
{
	atomic_set(&object->refs, 2);
	refuzz_hold(0);
	refuzz_hold(1);
}
REFUZZ_STATE(listed)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(get) { return item_get(object); }
REFUZZ_PUT(put) { item_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
