/*
 * The kref of a kernel tree, under the names of the refcount_t ops that it is made of: kref_get is inc, kref_put is
 * dec_and_test, kref_get_unless_zero is inc_not_zero.
 */
#include <refuzz.h>
#include <linux/kref.h>
#include <lib/refcount.c>

REFUZZ_COUNTER(struct kref, refcount);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_IN_SATURATION(value) { return value < 0; }
REFUZZ_CHECKS_AFTERWARDS;

static void refuzz_release(struct kref *kref) { (void)kref; }

REFUZZ_OP(unsigned, read) { return kref_read(counter); }
REFUZZ_OP(void, inc) { kref_get(counter); }
REFUZZ_OP(bool, inc_not_zero) { return kref_get_unless_zero(counter); }
REFUZZ_OP(bool, dec_and_test) { return kref_put(counter, refuzz_release); }
