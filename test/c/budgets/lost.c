#include <refuzz.h>

struct file {
	int refs;
};

REFUZZ_COUNTER(struct file, refs);

/* Never comes to its access. */
REFUZZ_OP(void, inc)
{
	volatile unsigned int turns = 0;

	for (;;)
		turns++;
	__atomic_fetch_add(&counter->refs, 1, __ATOMIC_RELAXED);
}
