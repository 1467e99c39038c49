/* Found in a tree under its lock; LEFT_IN takes the object out of the tree no more. */
#include <refuzz.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct peer {
	refcount_t count;
	struct rb_node node;
};

static struct rb_root tree = RB_ROOT;
static DEFINE_SPINLOCK(tree_lock);

static bool find(void)
{
	guard(spinlock)(&tree_lock);
	if (RB_EMPTY_ROOT(&tree))
		return false;
	refcount_inc(&rb_entry(tree.rb_node, struct peer, node)->count);
	return true;
}

static void put(struct peer *peer)
{
	if (!refcount_dec_and_lock(&peer->count, &tree_lock))
		return;
#ifndef LEFT_IN
	rb_erase(&peer->node, &tree);
#endif
	spin_unlock(&tree_lock);
	kfree(peer);
}

static void insert(struct peer *peer)
{
	rb_link_node(&peer->node, NULL, &tree.rb_node);
	rb_insert_color(&peer->node, &tree);
}

REFUZZ_SCHEME(struct peer, count);
REFUZZ_WORD(tree_lock);
REFUZZ_WORD(tree.rb_node);
REFUZZ_FIELD(node.__rb_parent_color);
REFUZZ_FIELD(node.rb_left);
REFUZZ_FIELD(node.rb_right);
REFUZZ_STATE(one) { refcount_set(&object->count, 1); insert(object); refuzz_hold(0); }
REFUZZ_GET(find) { return find(); }
REFUZZ_PUT(put) { put(object); }
REFUZZ_USE(use) { refuzz_use(); }
