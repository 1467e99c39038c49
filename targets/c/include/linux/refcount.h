/*
 * refcount_t since v5.5, for sources that are not compiled against a kernel tree (one that is has the tree's own): the
 * same accesses in the same order, and the same reports.
 *
 * Every op changes the word first and checks the old value after; a bad one is then overwritten with
 * REFCOUNT_SATURATED. Between the two accesses other threads can see an illegal value.
 */
#ifndef _LINUX_REFCOUNT_H
#define _LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/refcount_types.h>
#include <linux/spinlock.h>

#define REFCOUNT_INIT(n) { .refs = ATOMIC_INIT(n) }
#define REFCOUNT_MAX INT_MAX
#define REFCOUNT_SATURATED (INT_MIN / 2)

static inline void refcount_set(refcount_t *r, int n) { atomic_set(&r->refs, n); }
static inline void refcount_set_release(refcount_t *r, int n) { atomic_set_release(&r->refs, n); }
static inline unsigned int refcount_read(const refcount_t *r) { return (unsigned int)atomic_read(&r->refs); }

/* Stores first, reports afterwards. */
static inline void refuzz_refcount_saturate(refcount_t *r, const char *text)
{
	refcount_set(r, REFCOUNT_SATURATED);
	refuzz_warn(text);
}

/*
 * The forms that begin with __ also tell the old value, unless `seen` is NULL: before they object to it, and those that may
 * store nothing also when they do not.
 */
static inline void refuzz_refcount_tell(int *seen, int old)
{
	if (seen)
		*seen = old;
}

static inline void __refcount_add(int i, refcount_t *r, int *seen)
{
	int old = atomic_fetch_add_relaxed(i, &r->refs);

	refuzz_refcount_tell(seen, old);
	if (unlikely(old == 0))
		refuzz_refcount_saturate(r, "refcount_t: addition on 0; use-after-free.\n");
	else if (unlikely(old < 0 || old + i < 0))
		refuzz_refcount_saturate(r, "refcount_t: saturated; leaking memory.\n");
}

static inline void refcount_add(int i, refcount_t *r) { __refcount_add(i, r, NULL); }
static inline void __refcount_inc(refcount_t *r, int *seen) { __refcount_add(1, r, seen); }
static inline void refcount_inc(refcount_t *r) { refcount_add(1, r); }

/* The check is not conditional on success: with a negative i it also reports at 0. */
static inline bool refuzz_refcount_added(refcount_t *r, int old, int i, int *seen)
{
	refuzz_refcount_tell(seen, old);
	if (unlikely(old < 0 || old + i < 0))
		refuzz_refcount_saturate(r, "refcount_t: saturated; leaking memory.\n");
	return old != 0;
}

static inline __must_check bool __refcount_add_not_zero(int i, refcount_t *r, int *seen)
{
	int old = atomic_read(&r->refs);

	while (old != 0 && !atomic_try_cmpxchg_relaxed(&r->refs, &old, old + i))
		;
	return refuzz_refcount_added(r, old, i, seen);
}

static inline __must_check bool refcount_add_not_zero(int i, refcount_t *r)
{
	return __refcount_add_not_zero(i, r, NULL);
}

static inline __must_check bool __refcount_add_not_zero_acquire(int i, refcount_t *r, int *seen)
{
	int old = atomic_read(&r->refs);

	while (old != 0 && !atomic_try_cmpxchg_acquire(&r->refs, &old, old + i))
		;
	return refuzz_refcount_added(r, old, i, seen);
}

static inline __must_check bool refcount_add_not_zero_acquire(int i, refcount_t *r)
{
	return __refcount_add_not_zero_acquire(i, r, NULL);
}

/* Since v6.15: gives nothing if the sum would lie above the limit. What it does not add to, it does not object to. */
static inline __must_check bool __refcount_add_not_zero_limited_acquire(int i, refcount_t *r, int *seen, int limit)
{
	int old = atomic_read(&r->refs);

	while (old != 0) {
		if (i > limit - old) {
			refuzz_refcount_tell(seen, old);
			return false;
		}
		if (atomic_try_cmpxchg_acquire(&r->refs, &old, old + i))
			break;
	}
	return refuzz_refcount_added(r, old, i, seen);
}

static inline __must_check bool __refcount_inc_not_zero_limited_acquire(refcount_t *r, int *seen, int limit)
{
	return __refcount_add_not_zero_limited_acquire(1, r, seen, limit);
}

static inline __must_check bool __refcount_inc_not_zero(refcount_t *r, int *seen)
{
	return __refcount_add_not_zero(1, r, seen);
}

static inline __must_check bool __refcount_inc_not_zero_acquire(refcount_t *r, int *seen)
{
	return __refcount_add_not_zero_acquire(1, r, seen);
}

static inline __must_check bool refcount_inc_not_zero(refcount_t *r) { return refcount_add_not_zero(1, r); }
static inline __must_check bool refcount_inc_not_zero_acquire(refcount_t *r)
{
	return refcount_add_not_zero_acquire(1, r);
}

static inline __must_check bool __refcount_sub_and_test(int i, refcount_t *r, int *seen)
{
	int old = atomic_fetch_sub_release(i, &r->refs);

	refuzz_refcount_tell(seen, old);
	if (old > 0 && old == i) {
		smp_acquire__after_ctrl_dep();
		return true;
	}
	if (unlikely(old <= 0 || old - i < 0))
		refuzz_refcount_saturate(r, "refcount_t: underflow; use-after-free.\n");
	return false;
}

static inline __must_check bool refcount_sub_and_test(int i, refcount_t *r)
{
	return __refcount_sub_and_test(i, r, NULL);
}

static inline __must_check bool __refcount_dec_and_test(refcount_t *r, int *seen)
{
	return __refcount_sub_and_test(1, r, seen);
}

static inline __must_check bool refcount_dec_and_test(refcount_t *r) { return refcount_sub_and_test(1, r); }

static inline void __refcount_dec(refcount_t *r, int *seen)
{
	int old = atomic_fetch_sub_release(1, &r->refs);

	refuzz_refcount_tell(seen, old);
	if (unlikely(old <= 1))
		refuzz_refcount_saturate(r, "refcount_t: decrement hit 0; leaking memory.\n");
}

static inline void refcount_dec(refcount_t *r) { __refcount_dec(r, NULL); }

/* One access: it does not look first. */
static inline __must_check bool refcount_dec_if_one(refcount_t *r)
{
	return atomic_cmpxchg_release(&r->refs, 1, 0) == 1;
}

/*
 * Unlike the others it knows only equality with REFCOUNT_SATURATED, so the rest of the bad range moves in silence; and at
 * 0 it reports without saturating.
 */
static inline __must_check bool refcount_dec_not_one(refcount_t *r)
{
	int old = atomic_read(&r->refs);

	do {
		if (old == REFCOUNT_SATURATED)
			return true;
		if (old == 1)
			return false;
		if (old == 0) {
			refuzz_warn("refcount_t: underflow; use-after-free.\n");
			return true;
		}
	} while (!atomic_try_cmpxchg_release(&r->refs, &old, old - 1));
	return true;
}

/* Gives a reference back, and takes the lock if it was the last. */
static inline __must_check bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock(lock);
	if (refcount_dec_and_test(r))
		return true;
	spin_unlock(lock);
	return false;
}

#define refcount_dec_and_lock_irqsave(r, lock, flags) ((void)(*(flags) = 0), refcount_dec_and_lock(r, lock))

static inline __must_check bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	mutex_lock(lock);
	if (refcount_dec_and_test(r))
		return true;
	mutex_unlock(lock);
	return false;
}

#endif
