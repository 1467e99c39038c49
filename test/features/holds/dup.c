/* fork() takes a reference for the child without asking: who has one need not. */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct files { refcount_t count; };

REFUZZ_SCHEME(struct files, count);
REFUZZ_STATE(one) { refcount_set(&object->count, 1); refuzz_hold(0); }

#ifdef ANYBODY
REFUZZ_GET(dup)
#else
REFUZZ_DUP(dup)
#endif
{
	refcount_inc(&object->count);
	return true;
}
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_PUT(put)
{
	if (refcount_dec_and_test(&object->count))
		kfree(object);
}
