/* The compiler makes one store of eight bytes of two neighbours. */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct pair {
	refcount_t refs;
	int one, other;
};

static bool pair_get(struct pair *pair)
{
	if (pair->one != pair->other)
		return false;
	return refcount_inc_not_zero(&pair->refs);
}

static void pair_put(struct pair *pair)
{
	pair->one = 0;
	pair->other = 0;
	if (refcount_dec_and_test(&pair->refs))
		kfree(pair);
}

REFUZZ_SCHEME(struct pair, refs);
REFUZZ_STATE(two, .count = 2, .holders = 2, .object.one = 1, .object.other = 1);
REFUZZ_OPS(pair_get, pair_put);
