/* A word of 64 bits beside the count: its upper half says that the object is dead, its lower half counts users. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bug.h>

#define DEAD (1LL << 63)

struct node { atomic_t refs; atomic64_t users; };

REFUZZ_SCHEME(struct node, refs);
REFUZZ_FIELD(users);
REFUZZ_STATE(one) { atomic_set(&object->refs, 1); atomic64_set(&object->users, 0x100000000LL); refuzz_link(REFUZZ_LIVE); }

REFUZZ_GET(get)
{
	s64 old = atomic64_read(&object->users);

	do {
		if (old & DEAD)
			return false;
	} while (!atomic64_try_cmpxchg(&object->users, &old, old + 1));
	return true;
}

REFUZZ_PUT(put)
{
	/* The upper bits stay as they were. */
	s64 left = atomic64_dec_return(&object->users);

	BUG_ON((left & 0x7fffffff00000000LL) != 0x100000000LL);
	if (left == (DEAD | 0x100000000LL))
		refuzz_free();
}

REFUZZ_ACT(kill)
{
#ifdef TWO_ACCESSES
	s64 old = atomic64_read(&object->users);

	atomic64_set(&object->users, old | DEAD);
#else
	s64 old = atomic64_fetch_or(DEAD, &object->users);
#endif
	if (old & DEAD)
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	if (old == 0x100000000LL)
		refuzz_free();
	return REFUZZ_GRANTED;
}
