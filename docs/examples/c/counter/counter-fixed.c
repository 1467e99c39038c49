/*
 * A counter of one's own: who is inside of a gate. It starts at 1, for the one who built it; the last to leave tears it
 * down. A gate that INT_MAX have entered is stuck there, open for ever, rather than torn down too early. This is counter.c
 * with gate_leave() set right.
 */
#include <refuzz.h>
#include <limits.h>
#include <stdatomic.h>

struct gate {
	_Atomic int value;
};

static void gate_enter(struct gate *gate)
{
	int old = atomic_load_explicit(&gate->value, memory_order_relaxed);

	do {
		if (old == INT_MAX) {
			refuzz_warn("gate: stuck open");
			return;
		}
	} while (!atomic_compare_exchange_weak_explicit(&gate->value, &old, old + 1, memory_order_relaxed,
							memory_order_relaxed));
}

/* For those who come from outside and may find the gate closed. */
static bool gate_try_enter(struct gate *gate)
{
	int old = atomic_load_explicit(&gate->value, memory_order_relaxed);

	do {
		if (old == 0)
			return false;
		if (old == INT_MAX) {
			refuzz_warn("gate: stuck open");
			return true;
		}
	} while (!atomic_compare_exchange_weak_explicit(&gate->value, &old, old + 1, memory_order_acquire,
							memory_order_relaxed));
	return true;
}

/*
 * Returns whether the caller was the last, and is to tear the gate down. The one access that takes the caller out also
 * tells what was there: of two who leave together, one was the last. And a gate that gets stuck meanwhile is not moved.
 */
static bool gate_leave(struct gate *gate)
{
	int old = atomic_load_explicit(&gate->value, memory_order_relaxed);

	do {
		if (old == INT_MAX)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(&gate->value, &old, old - 1, memory_order_acq_rel,
							memory_order_relaxed));
	return old == 1;
}

REFUZZ_COUNTER(struct gate, value);
REFUZZ_SATURATED(INT_MAX);
REFUZZ_IN_SATURATION(value) { return value == INT_MAX; }

REFUZZ_OP(void, inc) { gate_enter(counter); }
REFUZZ_OP(bool, inc_not_zero) { return gate_try_enter(counter); }
REFUZZ_OP(bool, dec_and_test) { return gate_leave(counter); }
REFUZZ_OP(int, read) { return atomic_load(&counter->value); }
