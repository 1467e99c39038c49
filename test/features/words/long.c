/* A count that is a long: 64 bits where the file says so. NARROW says nothing. */
#ifndef NARROW
#define REFUZZ_LONG_64
#endif
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bug.h>

struct node { atomic_t refs; atomic_long_t pages; };

REFUZZ_SCHEME(struct node, refs);
REFUZZ_FIELD(pages);
REFUZZ_STATE(one) { atomic_set(&object->refs, 1); atomic_long_set(&object->pages, 0x7fffffff); refuzz_link(REFUZZ_LIVE); }

REFUZZ_ACT(charge)
{
	BUG_ON(atomic_long_inc_return(&object->pages) < 0);
	return REFUZZ_GRANTED;
}
