/* Each thread counts how often it has the root, and only its last put touches the shared count. */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct root { refcount_t count; };

REFUZZ_THREAD_LOCAL(int, depth);

REFUZZ_SCHEME(struct root, count);
/* Both have it once. */
REFUZZ_STATE(two) { refcount_set(&object->count, 2); depth = 1; refuzz_hold(0); refuzz_hold(1); }

REFUZZ_DUP(enter)
{
	depth++;
	return true;
}
REFUZZ_USE(work) { refuzz_use(); }
REFUZZ_PUT(leave)
{
#ifdef SHALLOW
	depth = 0;
#else
	if (--depth > 0)
		return;
#endif
	if (refcount_dec_and_test(&object->count))
		kfree(object);
}
