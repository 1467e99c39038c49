/* Who unhooks the item drops the list's reference by RCU, so that who finds it may count on that; the last one frees it by RCU. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item {
	atomic_t refs;
	struct rcu_head drop;
	struct rcu_head free;
};

static int is_there;

static void item_free(struct rcu_head *rcu) { kfree(container_of(rcu, struct item, free)); }

static void item_put(struct item *item)
{
	if (atomic_dec_and_test(&item->refs))
		call_rcu(&item->free, item_free);
}

static void item_drop(struct rcu_head *rcu) { item_put(container_of(rcu, struct item, drop)); }

REFUZZ_SCHEME(struct item, refs);
REFUZZ_WORD(is_there);
REFUZZ_STATE(linked)
{
	atomic_set(&object->refs, 1);
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_GET(find)
{
	bool got = false;

	rcu_read_lock();
	if (refuzz_linked() == REFUZZ_LIVE) {
		atomic_inc(&object->refs);
		got = true;
	}
	rcu_read_unlock();
	return got;
}
REFUZZ_PUT(put) { item_put(object); }
REFUZZ_ACT(unhook)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	/* defect: (void)item_drop; item_put(object); */
	call_rcu(&object->drop, item_drop);
	return REFUZZ_GRANTED;
}
