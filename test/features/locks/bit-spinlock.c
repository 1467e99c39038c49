/* Bit 31 of the flags is the lock, bit 0 says that the object is dead. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bit_spinlock.h>
#include <linux/bug.h>

struct node { atomic_t refs; unsigned long flags; };

REFUZZ_SCHEME(struct node, refs);
REFUZZ_FIELD(flags);
REFUZZ_STATE(one) { atomic_set(&object->refs, 1); refuzz_link(REFUZZ_LIVE); }

REFUZZ_GET(lookup)
{
	bool live;

	if (refuzz_linked() != REFUZZ_LIVE)
		return false;
	bit_spin_lock(31, &object->flags);
	live = !test_bit(0, &object->flags);
	if (live)
		atomic_inc(&object->refs);
	bit_spin_unlock(31, &object->flags);
	return live;
}

REFUZZ_PUT(put) { atomic_dec(&object->refs); }

REFUZZ_ACT(kill)
{
#ifdef UNLOCKED
	if (atomic_read(&object->refs) != 1)
		return REFUZZ_REFUSED;
	set_bit(0, &object->flags);
	BUG_ON(atomic_read(&object->refs) != 1);
#else
	if (!bit_spin_trylock(31, &object->flags))
		return REFUZZ_REFUSED;
	if (atomic_read(&object->refs) == 1) {
		__set_bit(0, &object->flags);
		BUG_ON(atomic_read(&object->refs) != 1);
	}
#ifndef KEPT
	__bit_spin_unlock(31, &object->flags);
#endif
#endif
	return REFUZZ_GRANTED;
}
