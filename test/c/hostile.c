/* A counter whose dec misbehaves, in a way that a macro chooses. Its inc is innocent. */
#include <refuzz.h>
#include <stdatomic.h>

struct tally {
	_Atomic int count;
};

#ifdef HOSTILE_RECURSES
static int deeper(volatile int *n)
{
	volatile int frame[64];

	frame[0] = *n;
	return deeper(frame) + frame[0];
}
#endif

static void misbehave(struct tally *t)
{
#ifdef HOSTILE_LOOPS
	for (volatile int i = 0;; i++)
		;
#elif defined(HOSTILE_SPINS)
	while (atomic_load(&t->count) != 12345)
		;
#elif defined(HOSTILE_TRAPS)
	__builtin_trap();
#elif defined(HOSTILE_DIVIDES)
	/* Not 1 / zero: the compiler knows all results that this can have, and does not divide. */
	volatile int zero = 0, many = 12345;

	many = many / zero;
#elif defined(HOSTILE_INDEXES_PAST)
	volatile int list[4], at = 4;

	list[at] = 1;
#elif defined(HOSTILE_WRITES_OUTSIDE)
	*(volatile int *)0x7fffffff = 1;
#elif defined(HOSTILE_RECURSES)
	volatile int n = 0;

	deeper(&n);
#elif defined(HOSTILE_ALLOCATES)
	for (;;)
		__builtin_wasm_memory_grow(0, 1);
#endif
	(void)t;
}

REFUZZ_COUNTER(struct tally, count);

REFUZZ_OP(void, inc) { atomic_fetch_add_explicit(&counter->count, 1, memory_order_relaxed); }
REFUZZ_OP(void, dec)
{
	misbehave(counter);
	atomic_fetch_sub_explicit(&counter->count, 1, memory_order_release);
}
