/* A get that is refused from a limit on and tells what it saw; NO_LIMIT takes a reference of what is gone. */
#include <refuzz.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct vma {
	refcount_t count;
	struct rcu_head rcu;
};

static bool lookup(struct vma *vma)
{
	int seen;

	guard(rcu)();
	if (refuzz_linked() != REFUZZ_LIVE)
		return false;
#ifdef NO_LIMIT
	__refcount_inc(&vma->count, &seen);
	return seen != 0;
#else
	return __refcount_inc_not_zero_limited_acquire(&vma->count, &seen, 2);
#endif
}

static void put(struct vma *vma)
{
	int seen;

	if (!__refcount_dec_and_test(&vma->count, &seen))
		return;
	WARN_ON(seen != 1);
	refuzz_link(REFUZZ_NOWHERE);
	kfree_rcu(vma, rcu);
}

REFUZZ_SCHEME(struct vma, count);
REFUZZ_STATE(one) { refcount_set(&object->count, 1); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_GET(lookup) { return lookup(object); }
REFUZZ_PUT(put) { put(object); }
REFUZZ_USE(use) { refuzz_use(); }
