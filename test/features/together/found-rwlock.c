/* A read/write lock in the object and what it guards, both found. SHARED takes it shared where the key is changed. */
#include <refuzz.h>
#include <linux/bug.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct node { refcount_t refs; rwlock_t lock; int key, hash; };

#ifdef SHARED
#define change_lock(lock) read_lock(lock)
#define change_unlock(lock) read_unlock(lock)
#else
#define change_lock(lock) write_lock(lock)
#define change_unlock(lock) write_unlock(lock)
#endif

static void rename(struct node *node)
{
	change_lock(&node->lock);
	node->key ^= 1;
	node->hash = -node->key;
	change_unlock(&node->lock);
}

REFUZZ_SCHEME(struct node, refs);
REFUZZ_STATE(two, .count = 2, .holders = 2);
REFUZZ_USE(rename) { rename(object); }
REFUZZ_USE(look)
{
	read_lock(&object->lock);
	BUG_ON(object->hash != -object->key);
	read_unlock(&object->lock);
}
REFUZZ_PUT(put)
{
	if (refcount_dec_and_test(&object->refs))
		kfree(object);
}
