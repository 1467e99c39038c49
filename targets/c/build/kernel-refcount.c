/*
 * The refcount_t of a kernel tree as a counter. The code under test is the tree's own header and lib/refcount.c; ops
 * that the tree lacks are left out: refuzz looks which it has, and defines HAS_… for each.
 */
#include <refuzz.h>
#include <linux/refcount.h>
#include <lib/refcount.c>

REFUZZ_COUNTER(refcount_t, refs);

#ifdef REFCOUNT_SATURATED
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_IN_SATURATION(value) { return value < 0; }
REFUZZ_CHECKS_AFTERWARDS;
#else
/* Before v5.5: unsigned, pinned at UINT_MAX, every op a compare-exchange loop. */
REFUZZ_UNSIGNED;
REFUZZ_SATURATED(UINT_MAX);
#endif

#ifdef HAS_READ
REFUZZ_OP(unsigned, read) { return refcount_read(counter); }
#endif
#ifdef HAS_SET
REFUZZ_OP(void, set, int n) { refcount_set(counter, n); }
#endif
#ifdef HAS_SET_RELEASE
REFUZZ_OP(void, set_release, int n) { refcount_set_release(counter, n); }
#endif
#ifdef HAS_ADD
REFUZZ_OP(void, add, int i) { refcount_add(i, counter); }
#endif
#ifdef HAS_INC
REFUZZ_OP(void, inc) { refcount_inc(counter); }
#endif
#ifdef HAS_ADD_NOT_ZERO
REFUZZ_OP(bool, add_not_zero, int i) { return refcount_add_not_zero(i, counter); }
#endif
#ifdef HAS_INC_NOT_ZERO
REFUZZ_OP(bool, inc_not_zero) { return refcount_inc_not_zero(counter); }
#endif
#ifdef HAS_ADD_NOT_ZERO_ACQUIRE
REFUZZ_OP(bool, add_not_zero_acquire, int i) { return refcount_add_not_zero_acquire(i, counter); }
#endif
#ifdef HAS_INC_NOT_ZERO_ACQUIRE
REFUZZ_OP(bool, inc_not_zero_acquire) { return refcount_inc_not_zero_acquire(counter); }
#endif
#ifdef HAS_SUB_AND_TEST
REFUZZ_OP(bool, sub_and_test, int i) { return refcount_sub_and_test(i, counter); }
#endif
#ifdef HAS_DEC_AND_TEST
REFUZZ_OP(bool, dec_and_test) { return refcount_dec_and_test(counter); }
#endif
#ifdef HAS_DEC
REFUZZ_OP(void, dec) { refcount_dec(counter); }
#endif
#ifdef HAS_DEC_IF_ONE
REFUZZ_OP(bool, dec_if_one) { return refcount_dec_if_one(counter); }
#endif
#ifdef HAS_DEC_NOT_ONE
REFUZZ_OP(bool, dec_not_one) { return refcount_dec_not_one(counter); }
#endif
