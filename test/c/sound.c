/*
 * A saturating counter as somebody might write it with C11 atomics: change first, check afterwards. Each mutant beside it
 * is this file with one defect, put in by the MUTANT_… macro of its name.
 */
#include <refuzz.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>

#define PINNED (INT_MIN / 2)

struct tally {
	_Atomic int count;
};

static void pin(struct tally *t, const char *why)
{
#ifndef MUTANT_FORGETS_TO_PIN
	atomic_store_explicit(&t->count, PINNED, memory_order_relaxed);
#endif
	refuzz_warn(why);
}

static void get(struct tally *t)
{
#ifdef MUTANT_LOST_INCREMENT
	int old = atomic_load_explicit(&t->count, memory_order_relaxed);

	atomic_store_explicit(&t->count, old + 1, memory_order_relaxed);
#else
	int old = atomic_fetch_add_explicit(&t->count, 1, memory_order_relaxed);
#endif

	if (old == 0)
		pin(t, "get on 0");
#ifdef MUTANT_OFF_BY_ONE
	else if (old < -1 || old == INT_MAX)
#elif defined(MUTANT_MISSES_INT_MAX)
	else if (old < 0)
#else
	else if (old < 0 || old == INT_MAX)
#endif
		pin(t, "too many");
}

static bool try_get(struct tally *t)
{
	int old = atomic_load_explicit(&t->count, memory_order_relaxed);

#ifdef MUTANT_READ_THEN_ADD
	if (old == 0)
		return false;
	old = atomic_fetch_add_explicit(&t->count, 1, memory_order_acquire);
#else
	do {
		if (old == 0)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(&t->count, &old, old + 1, memory_order_acquire,
							memory_order_relaxed));
#endif
	if (old < 0 || old == INT_MAX)
		pin(t, "too many");
	return true;
}

static bool put(struct tally *t)
{
#ifdef MUTANT_DEC_THEN_READ
	atomic_fetch_sub_explicit(&t->count, 1, memory_order_acq_rel);
	int old = atomic_load_explicit(&t->count, memory_order_relaxed) + 1;
#elif defined(MUTANT_CHECKS_BEFORE)
	int old = atomic_load_explicit(&t->count, memory_order_relaxed);

	if (old > 0)
		atomic_fetch_sub_explicit(&t->count, 1, memory_order_acq_rel);
#else
	int old = atomic_fetch_sub_explicit(&t->count, 1, memory_order_acq_rel);
#endif

	if (old == 1)
		return true;
	if (old <= 0)
		pin(t, "put on 0");
	return false;
}

REFUZZ_COUNTER(struct tally, count);
REFUZZ_SATURATED(PINNED);
REFUZZ_IN_SATURATION(value) { return value < 0; }
REFUZZ_CHECKS_AFTERWARDS;

REFUZZ_OP(void, inc) { get(counter); }
REFUZZ_OP(bool, inc_not_zero) { return try_get(counter); }
REFUZZ_OP(bool, dec_and_test) { return put(counter); }
REFUZZ_OP(int, read) { return atomic_load(&counter->count); }
