#include <refuzz.h>

struct file {
	int refs;
};

REFUZZ_COUNTER(struct file, refs);

/* Waits by the number of looks, and then takes its reference whatever it saw. */
REFUZZ_OP(void, inc)
{
	int looks = 800;

	while (looks--)
		(void)__atomic_load_n(&counter->refs, __ATOMIC_RELAXED);
	__atomic_fetch_add(&counter->refs, 1, __ATOMIC_RELAXED);
}
