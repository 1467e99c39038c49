/*
 * A count of 64 bits that a user weighs 1 in and a pin 2^31 - 1, above a bias that no 32 bits hold: it is held against all of
 * them. CUT puts back what 32 bits say of it.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>

#define BIAS (1LL << 40)
#define PIN 0x7fffffff

struct page { atomic64_t refs; };

REFUZZ_SCHEME(struct page, refs);
REFUZZ_STATE(one) { atomic64_set(&object->refs, BIAS + 1); refuzz_holds(0, users); }
REFUZZ_STATE(pinned) { atomic64_set(&object->refs, BIAS + 2LL * PIN); refuzz_holds(0, pins); refuzz_holds(1, pins); }

static void drop(struct page *page, s64 weight)
{
	if (atomic64_sub_return(weight, &page->refs) == BIAS)
		kfree(page);
}

REFUZZ_HOLD(users, 1, put);
REFUZZ_HOLD(pins, PIN, pin, unpin);
REFUZZ_NEEDS(users, pin);
REFUZZ_DUP(pin)
{
#ifdef CUT
	atomic64_set(&object->refs, BIAS + (int)(atomic64_read(&object->refs) + PIN));
#else
	atomic64_add(PIN, &object->refs);
#endif
	return true;
}
REFUZZ_PUT(put) { drop(object, 1); }
REFUZZ_PUT(unpin) { drop(object, PIN); }
REFUZZ_CONSERVES { return BIAS; }
