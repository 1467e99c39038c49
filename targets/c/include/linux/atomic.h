/*
 * atomic_t: a 32-bit integer that wraps and never objects.
 *
 * Orders are those of Documentation/atomic_t.txt: a read-modify-write that returns nothing is relaxed; one that returns a
 * value is fully ordered, or as its suffix says; a conditional one is so when it stores, and relaxed when it does not.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#ifdef REFUZZ_STDATOMIC
#error "<stdatomic.h> and <linux/atomic.h> give the same names to different things (atomic_fetch_add); include one"
#endif

#include <asm/barrier.h>
#include <asm/cmpxchg.h>
#include <linux/compiler.h>
#include <linux/types.h>

static inline int atomic_read(const atomic_t *v) { return READ_ONCE(v->counter); }
static inline int atomic_read_acquire(const atomic_t *v) { return smp_load_acquire(&v->counter); }
static inline void atomic_set(atomic_t *v, int value) { WRITE_ONCE(v->counter, value); }
static inline void atomic_set_release(atomic_t *v, int value) { smp_store_release(&v->counter, value); }

/* --- Read-modify-writes that return nothing ------------------------------------------------------------------- */

static inline void atomic_add(int i, atomic_t *v) { __atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED); }
static inline void atomic_sub(int i, atomic_t *v) { __atomic_fetch_sub(&v->counter, i, __ATOMIC_RELAXED); }
static inline void atomic_inc(atomic_t *v) { atomic_add(1, v); }
static inline void atomic_dec(atomic_t *v) { atomic_sub(1, v); }
static inline void atomic_and(int i, atomic_t *v) { __atomic_fetch_and(&v->counter, i, __ATOMIC_RELAXED); }
static inline void atomic_andnot(int i, atomic_t *v) { atomic_and(~i, v); }
static inline void atomic_or(int i, atomic_t *v) { __atomic_fetch_or(&v->counter, i, __ATOMIC_RELAXED); }
static inline void atomic_xor(int i, atomic_t *v) { __atomic_fetch_xor(&v->counter, i, __ATOMIC_RELAXED); }

/* --- Those that return a value: the new one (…_return), the old one (fetch_…), or what they found -------------- */

#define REFUZZ_ATOMIC_FORM(form, order)                                                                                \
	static inline int atomic_fetch_add##form(int i, atomic_t *v)                                                   \
	{ return __atomic_fetch_add(&v->counter, i, order); }                                                          \
	static inline int atomic_fetch_sub##form(int i, atomic_t *v)                                                   \
	{ return __atomic_fetch_sub(&v->counter, i, order); }                                                          \
	static inline int atomic_fetch_inc##form(atomic_t *v) { return atomic_fetch_add##form(1, v); }                 \
	static inline int atomic_fetch_dec##form(atomic_t *v) { return atomic_fetch_sub##form(1, v); }                 \
	static inline int atomic_add_return##form(int i, atomic_t *v)                                                  \
	{ return __atomic_add_fetch(&v->counter, i, order); }                                                          \
	static inline int atomic_sub_return##form(int i, atomic_t *v)                                                  \
	{ return __atomic_sub_fetch(&v->counter, i, order); }                                                          \
	static inline int atomic_inc_return##form(atomic_t *v) { return atomic_add_return##form(1, v); }               \
	static inline int atomic_dec_return##form(atomic_t *v) { return atomic_sub_return##form(1, v); }               \
	static inline bool atomic_add_negative##form(int i, atomic_t *v) { return atomic_add_return##form(i, v) < 0; } \
                                                                                                                       \
	static inline int atomic_fetch_and##form(int i, atomic_t *v)                                                   \
	{ return __atomic_fetch_and(&v->counter, i, order); }                                                          \
	static inline int atomic_fetch_andnot##form(int i, atomic_t *v) { return atomic_fetch_and##form(~i, v); }      \
	static inline int atomic_fetch_or##form(int i, atomic_t *v)                                                    \
	{ return __atomic_fetch_or(&v->counter, i, order); }                                                           \
	static inline int atomic_fetch_xor##form(int i, atomic_t *v)                                                   \
	{ return __atomic_fetch_xor(&v->counter, i, order); }                                                          \
                                                                                                                       \
	static inline int atomic_xchg##form(atomic_t *v, int new) { return xchg##form(&v->counter, new); }             \
	static inline int atomic_cmpxchg##form(atomic_t *v, int old, int new)                                          \
	{ return cmpxchg##form(&v->counter, old, new); }                                                               \
	static inline bool atomic_try_cmpxchg##form(atomic_t *v, int *seen, int new)                                   \
	{ return try_cmpxchg##form(&v->counter, seen, new); }

REFUZZ_ATOMIC_FORM(, __ATOMIC_SEQ_CST)
REFUZZ_ATOMIC_FORM(_relaxed, __ATOMIC_RELAXED)
REFUZZ_ATOMIC_FORM(_acquire, __ATOMIC_ACQUIRE)
REFUZZ_ATOMIC_FORM(_release, __ATOMIC_RELEASE)

static inline bool atomic_sub_and_test(int i, atomic_t *v) { return atomic_sub_return(i, v) == 0; }
static inline bool atomic_dec_and_test(atomic_t *v) { return atomic_dec_return(v) == 0; }
static inline bool atomic_inc_and_test(atomic_t *v) { return atomic_inc_return(v) == 0; }

/* --- Conditional ones: a relaxed load, then a compare-exchange until it succeeds or nothing is to be stored ---- */

static inline int atomic_fetch_add_unless(atomic_t *v, int i, int unless)
{
	int old = atomic_read(v);

	do {
		if (old == unless)
			break;
	} while (!atomic_try_cmpxchg(v, &old, old + i));
	return old;
}

static inline bool atomic_add_unless(atomic_t *v, int i, int unless)
{
	return atomic_fetch_add_unless(v, i, unless) != unless;
}

static inline bool atomic_inc_not_zero(atomic_t *v) { return atomic_add_unless(v, 1, 0); }

static inline bool atomic_inc_unless_negative(atomic_t *v)
{
	int old = atomic_read(v);

	do {
		if (old < 0)
			return false;
	} while (!atomic_try_cmpxchg(v, &old, old + 1));
	return true;
}

static inline bool atomic_dec_unless_positive(atomic_t *v)
{
	int old = atomic_read(v);

	do {
		if (old > 0)
			return false;
	} while (!atomic_try_cmpxchg(v, &old, old - 1));
	return true;
}

/* Returns the old value minus one, even when it stores nothing. */
static inline int atomic_dec_if_positive(atomic_t *v)
{
	int old = atomic_read(v);

	do {
		if (old - 1 < 0)
			break;
	} while (!atomic_try_cmpxchg(v, &old, old - 1));
	return old - 1;
}

#include <linux/atomic-long.h>

#endif
