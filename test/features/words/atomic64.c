/* A count of 64 bits, with a bias above 32 bits: the last put leaves exactly the bias. */
#include <refuzz.h>
#include <linux/atomic.h>

#define BIAS (1LL << 40)

struct node { atomic64_t refs; };

REFUZZ_SCHEME(struct node, refs);
REFUZZ_STATE(one) { atomic64_set(&object->refs, BIAS + 1); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_STATE(two) { atomic64_set(&object->refs, BIAS + 2); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); refuzz_hold(1); }

REFUZZ_GET(get)
{
#ifdef LOOKS_FIRST
	if (atomic64_read(&object->refs) == BIAS)
		return false;
	atomic64_inc(&object->refs);
	return true;
#else
	return atomic64_add_unless(&object->refs, 1, BIAS);
#endif
}

REFUZZ_PUT(put)
{
#ifdef CUT
	/* Only the lower half is looked at: it is 0 as well, but so is that of a count that is another. */
	if ((int)atomic64_dec_return(&object->refs) <= 1) {
#else
	if (atomic64_dec_return(&object->refs) == BIAS) {
#endif
		refuzz_link(REFUZZ_NOWHERE);
		refuzz_free();
	}
}
