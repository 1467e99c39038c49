/* kfree_rcu() beside another callback. */
#include <refuzz.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct item {
	refcount_t refs;
	struct rcu_head drop;
	struct rcu_head rcu;
};

static int is_there;

static void item_put(struct item *item)
{
	if (refcount_dec_and_test(&item->refs))
		kfree_rcu(item, rcu);
}

static void item_drop(struct rcu_head *rcu)
{
	/* defect: item_put(container_of(rcu, struct item, drop)); item_put(container_of(rcu, struct item, drop)); */
	item_put(container_of(rcu, struct item, drop));
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_WORD(is_there);
REFUZZ_STATE(linked)
{
	refcount_set(&object->refs, 2);
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_PUT(put) { item_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(unhook)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	call_rcu(&object->drop, item_drop);
	return REFUZZ_GRANTED;
}
