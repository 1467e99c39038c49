/* Flags that several threads set; each change is one access. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bug.h>

struct node { atomic_t refs; unsigned long flags; };

REFUZZ_SCHEME(struct node, refs);
REFUZZ_FIELD(flags);
REFUZZ_STATE(two) { atomic_set(&object->refs, 2); refuzz_hold(0); refuzz_hold(1); refuzz_link(REFUZZ_LIVE); }

/* Who sets the bit first has it to himself, and takes the object out. */
REFUZZ_USE(kill)
{
#ifdef TWO_ACCESSES
	if (__test_and_set_bit(3, &object->flags))
#else
	if (test_and_set_bit(3, &object->flags))
#endif
		return;
	BUG_ON(refuzz_linked() != REFUZZ_LIVE);
	refuzz_link(REFUZZ_TRASH);
}

/* Both turn the bit over, so that it is clear again in the end; what another thread does to it must not be lost. */
REFUZZ_PUT(put)
{
#ifdef LOST
	__change_bit(0, &object->flags);
#else
	change_bit(0, &object->flags);
#endif
	if (atomic_dec_and_test(&object->refs)) {
		BUG_ON(test_bit(0, &object->flags));
		refuzz_link(REFUZZ_NOWHERE);
		refuzz_free();
	}
}
