/*
 * mutex_unlock() looks at the mutex once more when another thread can have it already: so nobody may free it because he has
 * got it. INSIDE has the count under the mutex that lies in the object.
 */
#include <refuzz.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct node { int refs; struct mutex lock; };

static DEFINE_MUTEX(nodes_lock);

#ifdef INSIDE
#define LOCK (&object->lock)
#else
#define LOCK (&nodes_lock)
#endif

REFUZZ_SCHEME(struct node, refs);
REFUZZ_STATE(two, .count = 2, .holders = 2);
REFUZZ_PUT(put)
{
	bool last;

	mutex_lock(LOCK);
	last = --object->refs == 0;
	mutex_unlock(LOCK);
	if (last)
		kfree(object);
}
REFUZZ_USE(use)
{
	mutex_lock(&object->lock);
	refuzz_use();
	mutex_unlock(&object->lock);
}
