/* One slot; who has it may drop a reference. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/semaphore.h>

struct node { atomic_t refs; };
#ifdef NONE
static DEFINE_SEMAPHORE(slots, 0);
#else
static DEFINE_SEMAPHORE(slots, 1);
#endif

REFUZZ_SCHEME(struct node, refs);
REFUZZ_WORD(slots);
REFUZZ_STATE(two) { atomic_set(&object->refs, 2); refuzz_hold(0); refuzz_hold(1); }

REFUZZ_PUT(put)
{
	int left;

	down(&slots);
	/* Two accesses: the semaphore keeps others out between them. */
	left = atomic_read(&object->refs) - 1;
	atomic_set(&object->refs, left);
	if (left == 0)
		refuzz_free();
#ifndef KEPT
	up(&slots);
#endif
}

REFUZZ_ACT(look)
{
	if (down_trylock(&slots))
		return REFUZZ_REFUSED;
	up(&slots);
#ifdef TWICE
	up(&slots);
#endif
	return REFUZZ_GRANTED;
}
