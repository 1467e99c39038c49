/* A counter whose ops have names of their own, and say what they ought to do. */
#include <refuzz.h>
#include <stdatomic.h>

struct gate {
	_Atomic int value;
};

REFUZZ_COUNTER(struct gate, value);
REFUZZ_OP(void, enter, int n) { atomic_fetch_add(&counter->value, n); }
REFUZZ_IDEAL(enter, +n);

REFUZZ_OP(bool, try_enter, int n)
{
	int old = atomic_load(&counter->value);

	do {
		if (old == 0)
			return false;
	} while (!atomic_compare_exchange_weak(&counter->value, &old, old + n));
	return true;
}
REFUZZ_IDEAL(try_enter, +n unless 0);

REFUZZ_OP(bool, leave)
{
#ifdef PLANTED
	atomic_fetch_sub(&counter->value, 1);
	return atomic_load(&counter->value) == 0;
#else
	return atomic_fetch_sub(&counter->value, 1) == 1;
#endif
}
REFUZZ_IDEAL(leave, -1 returns new == 0);

REFUZZ_OP(int, peek) { return atomic_load(&counter->value); }
REFUZZ_IDEAL(peek, reads returns old);
