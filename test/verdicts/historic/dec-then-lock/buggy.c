/*
 * A hash whose lookups count under its lock. The last put takes the object out.
 *
 * Between the decrement to 0 and the lock, a lookup finds the object and counts it from 0 to 1.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct inode {
	atomic_t refs;
};

static DEFINE_SPINLOCK(hash);

static bool inode_find(struct inode *inode)
{
	bool found;

	spin_lock(&hash);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&inode->refs);
	spin_unlock(&hash);
	return found;
}

static void inode_put(struct inode *inode)
{
	if (!atomic_dec_and_test(&inode->refs))
		return;
	spin_lock(&hash);
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&hash);
	kfree(inode);
}

REFUZZ_SCHEME(struct inode, refs);
REFUZZ_WORD(hash);
REFUZZ_STATE(one)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(find) { return inode_find(object); }
REFUZZ_PUT(put) { inode_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
