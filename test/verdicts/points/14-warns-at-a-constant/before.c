/* after.c warns at 1000, a number of references like any other. */
#include <refuzz.h>
#include <stdatomic.h>

struct gate {
	_Atomic int value;
};

REFUZZ_COUNTER(struct gate, value);
REFUZZ_OP(void, inc) { atomic_fetch_add(&counter->value, 1); }
REFUZZ_OP(bool, inc_not_zero)
{
	int old = atomic_load(&counter->value);

	do {
		if (old == 0)
			return false;
	} while (!atomic_compare_exchange_weak(&counter->value, &old, old + 1));
	return true;
}
REFUZZ_OP(bool, dec_and_test) { return atomic_fetch_sub(&counter->value, 1) == 1; }
