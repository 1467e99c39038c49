/* Two counters in one structure; one of them is converted. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct mm {
	atomic_t users;
	atomic_t count;
};
static void mm_drop(struct mm *m)
{
	if (atomic_dec_and_test(&m->count))
		kfree(m);
}
static void mm_put(struct mm *m)
{
	if (atomic_dec_and_test(&m->users)) {
		refuzz_link(REFUZZ_NOWHERE);
		mm_drop(m);
	}
}
REFUZZ_SCHEME(struct mm, count);
REFUZZ_STATE(one) { atomic_set(&object->users, 1); atomic_set(&object->count, 2); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_DUP(grab) { atomic_inc(&object->count); return true; }
REFUZZ_PUT(drop) { mm_drop(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(put) { if (refuzz_linked() != REFUZZ_LIVE) return REFUZZ_VOID; mm_put(object); return REFUZZ_GRANTED; }
