/* A file is passed to another process: the sender takes a reference for it, and keeps its own. */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct file { refcount_t count; };

REFUZZ_SCHEME(struct file, count);
REFUZZ_STATE(open) { refcount_set(&object->count, 1); refuzz_hold(0); }

#ifdef FORGETS
REFUZZ_GIVE(send) { return true; }
#else
REFUZZ_GIVE(send) { refcount_inc(&object->count); return true; }
#endif
REFUZZ_USE(read) { refuzz_use(); }
REFUZZ_PUT(close)
{
	if (refcount_dec_and_test(&object->count))
		kfree(object);
}
