/* Found by readers without a lock in a chain that ends in its own number; NO_GRACE frees without waiting for them. */
#include <refuzz.h>
#include <linux/rculist_nulls.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct flow {
	refcount_t count;
	struct hlist_nulls_node node;
	struct rcu_head rcu;
};

#define SLOT 3

static struct hlist_nulls_head chain = HLIST_NULLS_HEAD_INIT(SLOT);
static DEFINE_SPINLOCK(chain_lock);

static bool find(void)
{
	struct hlist_nulls_node *node;
	struct flow *flow;

	guard(rcu)();
begin:
	hlist_nulls_for_each_entry_rcu(flow, node, &chain, node)
		if (refcount_inc_not_zero(&flow->count))
			return true;
	/* It has walked into another chain. */
	if (get_nulls_value(node) != SLOT)
		goto begin;
	return false;
}

static void put(struct flow *flow)
{
	if (!refcount_dec_and_test(&flow->count))
		return;
	spin_lock(&chain_lock);
	hlist_nulls_del_init_rcu(&flow->node);
	spin_unlock(&chain_lock);
#ifdef NO_GRACE
	kfree(flow);
#else
	kfree_rcu(flow, rcu);
#endif
}

REFUZZ_SCHEME(struct flow, count);
REFUZZ_STATE(one)
{
	refcount_set(&object->count, 1);
	hlist_nulls_add_head(&object->node, &chain);
	refuzz_hold(0);
}
REFUZZ_GET(find) { return find(); }
REFUZZ_PUT(put) { put(object); }
REFUZZ_USE(use) { refuzz_use(); }
