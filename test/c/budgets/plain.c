#include <refuzz.h>

struct file {
	int refs;
};

REFUZZ_COUNTER(struct file, refs);

REFUZZ_OP(void, inc)
{
	__atomic_fetch_add(&counter->refs, 1, __ATOMIC_RELAXED);
}
