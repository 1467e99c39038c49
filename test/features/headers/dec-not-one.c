/* All but the last reference are dropped without the lock. LAST_TOO drops that without it as well, and looks at the tree then. */
#include <refuzz.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct node { refcount_t refs; };

static DEFINE_MUTEX(tree_lock);

REFUZZ_SCHEME(struct node, refs);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_GET(find)
{
	bool found;

	mutex_lock(&tree_lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refcount_inc(&object->refs);
	mutex_unlock(&tree_lock);
	return found;
}
REFUZZ_PUT(put)
{
#ifdef LAST_TOO
	if (!refcount_dec_and_test(&object->refs))
		return;
	mutex_lock(&tree_lock);
#else
	if (refcount_dec_not_one(&object->refs))
		return;
	mutex_lock(&tree_lock);
	if (!refcount_dec_and_test(&object->refs)) {
		mutex_unlock(&tree_lock);
		return;
	}
#endif
	refuzz_link(REFUZZ_NOWHERE);
	mutex_unlock(&tree_lock);
	kfree(object);
}
REFUZZ_USE(use) { refuzz_use(); }
