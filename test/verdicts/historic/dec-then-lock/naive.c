/*
 * A hash whose lookups count under its lock. The last put takes the object out.
 *
 * Op by op: the lookup from 0 is reported, and the object is freed as before.
 */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct inode {
	refcount_t refs;
};

static DEFINE_SPINLOCK(hash);

static bool inode_find(struct inode *inode)
{
	bool found;

	spin_lock(&hash);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refcount_inc(&inode->refs);
	spin_unlock(&hash);
	return found;
}

static void inode_put(struct inode *inode)
{
	if (!refcount_dec_and_test(&inode->refs))
		return;
	spin_lock(&hash);
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&hash);
	kfree(inode);
}

REFUZZ_SCHEME(struct inode, refs);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_WORD(hash);
REFUZZ_STATE(one)
{
	refcount_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(find) { return inode_find(object); }
REFUZZ_PUT(put) { inode_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
