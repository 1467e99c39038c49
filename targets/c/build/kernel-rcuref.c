/*
 * The rcuref_t of a kernel tree, under the names of the refcount_t ops that do the same: rcuref_get is inc_not_zero,
 * rcuref_put is dec_and_test, rcuref_init is set.
 */
#include <refuzz.h>
#include <linux/rcuref.h>
#include <lib/rcuref.c>

REFUZZ_COUNTER(rcuref_t, refcnt);
REFUZZ_UNSIGNED;
REFUZZ_SATURATED(RCUREF_SATURATED);
REFUZZ_IN_SATURATION(value) { return (unsigned int)value > RCUREF_MAXREF && (unsigned int)value < RCUREF_RELEASED; }
REFUZZ_CHECKS_AFTERWARDS;

REFUZZ_OP(unsigned, read) { return rcuref_read(counter); }
REFUZZ_OP(void, set, int n) { rcuref_init(counter, n); }
REFUZZ_OP(bool, inc_not_zero) { return rcuref_get(counter); }
REFUZZ_OP(bool, dec_and_test) { return rcuref_put(counter); }
