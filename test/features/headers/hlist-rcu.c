/* Found in a hash chain by readers without a lock; NO_GRACE frees without waiting for them. */
#include <refuzz.h>
#include <linux/rculist.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct peer {
	refcount_t count;
	struct hlist_node node;
	struct rcu_head rcu;
};

static struct hlist_head chain;
static DEFINE_SPINLOCK(chain_lock);

static bool find(void)
{
	struct peer *peer;

	guard(rcu)();
	hlist_for_each_entry_rcu(peer, &chain, node)
		if (refcount_inc_not_zero(&peer->count))
			return true;
	return false;
}

static void put(struct peer *peer)
{
	if (!refcount_dec_and_test(&peer->count))
		return;
	spin_lock(&chain_lock);
	hlist_del_rcu(&peer->node);
	spin_unlock(&chain_lock);
#ifdef NO_GRACE
	kfree(peer);
#else
	kfree_rcu(peer, rcu);
#endif
}

REFUZZ_SCHEME(struct peer, count);
REFUZZ_WORD(chain_lock);
REFUZZ_WORD(chain.first);
REFUZZ_FIELD(node.next);
REFUZZ_FIELD(node.pprev);
REFUZZ_STATE(one) { refcount_set(&object->count, 1); hlist_add_head(&object->node, &chain); refuzz_hold(0); }
REFUZZ_GET(find) { return find(); }
REFUZZ_PUT(put) { put(object); }
REFUZZ_USE(use) { refuzz_use(); }
