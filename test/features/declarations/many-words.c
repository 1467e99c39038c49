/* More words than a set of 32 bits has room for, so that some share a bit. */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct wide {
	refcount_t refs;
	int slots[24];
};

static bool wide_get(struct wide *wide)
{
	for (int at = 0; at < 24; at++)
		WRITE_ONCE(wide->slots[at], 1);
	return refcount_inc_not_zero(&wide->refs);
}

/* Whoever comes between the two readings of the last slot is seen. */
static void wide_put(struct wide *wide)
{
	int before = READ_ONCE(wide->slots[SLOT]);

	if (refcount_dec_and_test(&wide->refs) || READ_ONCE(wide->slots[SLOT]) != before)
		kfree(wide);
}

REFUZZ_SCHEME(struct wide, refs);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_OPS(wide_get, wide_put);
