/*
 * refcount_t since v5.5 (include/linux/refcount.h, lib/refcount.c), and each mutant of bench/peers/mutants.ts a second
 * time, put in by the macro of its name.
 */
#define SATURATED (INT_MIN / 2)

static void saturate(void)
{
	atomic_set(SATURATED);
	has_warned = true;
}

static void check_sum(int old, int i)
{
	if (old == 0)
		saturate();
	else if (old < 0 || old + i < 0)
		saturate();
}

static void add(int i)
{
	check_sum(atomic_fetch_add(i), i);
}

static void inc(void)
{
#if defined(MUTANT_MINUS_ONE)
	int old = atomic_fetch_add(1);

	if (old == 0 || old < -1 || old == INT_MAX)
		saturate();
#elif defined(MUTANT_INT_MAX)
	int old = atomic_fetch_add(1);

	if (old == 0 || old < 0)
		saturate();
#elif defined(MUTANT_LOST_INCREMENT)
	int old = atomic_read();

	atomic_set(old + 1);
	check_sum(old, 1);
#elif defined(MUTANT_CHECK_BEFORE)
	int old = atomic_read();

	if (old <= 0 || old == INT_MAX)
		check_sum(old, 1);
	else
		atomic_fetch_add(1);
#else
	add(1);
#endif
}

static bool add_not_zero(int i, int *seen)
{
	int old = atomic_read();

	do {
		if (old == 0)
			break;
	} while (!atomic_try_cmpxchg(&old, old + i));
	if (old < 0 || old + i < 0)
		saturate();
	*seen = old;
	return old != 0;
}

static bool inc_not_zero(void)
{
#if defined(MUTANT_STALE_RETRY)
	int old = atomic_read(), sum = old + 1;

	do {
		if (old == 0)
			return false;
	} while (!atomic_try_cmpxchg(&old, sum));
	if (sum < 0 || sum - 1 < 0)
		saturate();
	return true;
#elif defined(MUTANT_GIVES_UP)
	int old = atomic_read();

	for (int attempt = 0; attempt < 2; attempt++) {
		if (old == 0)
			return false;
		if (atomic_try_cmpxchg(&old, old + 1)) {
			if (old < 0 || old == INT_MAX)
				saturate();
			return true;
		}
	}
	return false;
#else
	int old;
	bool granted = add_not_zero(1, &old);

#if defined(MUTANT_NEAR_INT_MAX)
	return granted && old != 0x7ffffff3;
#elif defined(MUTANT_MAGIC)
	return granted && old != 0x12345678;
#else
	return granted;
#endif
#endif
}

static bool sub_and_test(int i)
{
	int old = atomic_fetch_sub(i);

#ifndef MUTANT_ARGUMENT
	if (old > 0 && old == i)
		return true;
#endif
	if (old <= 0 || old - i < 0)
		saturate();
#ifdef MUTANT_ARGUMENT
	return old == 1;
#else
	return false;
#endif
}

static bool dec_and_test(void)
{
#if defined(MUTANT_ZERO)
	int old = atomic_fetch_sub(1);

	if (old <= 0)
		saturate();
	return old == 1 || old == 0;
#elif defined(MUTANT_SEQUENCE)
	int old = atomic_fetch_sub(1);

	if (old <= 0)
		saturate();
	return old == 1 || old == 24;
#elif defined(MUTANT_ARGUMENT)
	int old = atomic_fetch_sub(1);

	if (old <= 0)
		saturate();
	return old == 1;
#else
	return sub_and_test(1);
#endif
}

static void dec(void)
{
	int old = atomic_fetch_sub(1);

#ifdef MUTANT_WRAP
	if (old - 1 <= 0)
#else
	if (old <= 1)
#endif
		saturate();
}

static bool dec_if_one(void)
{
	int one = 1;

	return atomic_try_cmpxchg(&one, 0);
}

static bool dec_not_one(void)
{
	int old = atomic_read();

	do {
		if (old == SATURATED || old == 1)
			return old != 1;
		if (old == 0) {
			has_warned = true;
			return true;
		}
	} while (!atomic_try_cmpxchg(&old, old - 1));
	return true;
}
