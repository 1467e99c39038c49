/* A refcount_t that calls a function at its end. */
#ifndef _LINUX_KREF_H
#define _LINUX_KREF_H

#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>

struct kref {
	refcount_t refcount;
};

#define KREF_INIT(n) { .refcount = REFCOUNT_INIT(n) }

typedef void (*refuzz_kref_release)(struct kref *kref);

static inline void kref_init(struct kref *kref) { refcount_set(&kref->refcount, 1); }
static inline unsigned int kref_read(const struct kref *kref) { return refcount_read(&kref->refcount); }
static inline void kref_get(struct kref *kref) { refcount_inc(&kref->refcount); }
static inline int __must_check kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

/* Each returns 1 when the reference was the last, and release() has run. */

static inline int kref_put(struct kref *kref, refuzz_kref_release release)
{
	bool is_last = refcount_dec_and_test(&kref->refcount);

	if (is_last)
		release(kref);
	return is_last;
}

static inline int kref_put_mutex(struct kref *kref, refuzz_kref_release release, struct mutex *lock)
{
	bool is_last = refcount_dec_and_mutex_lock(&kref->refcount, lock);

	if (is_last)
		release(kref);
	return is_last;
}

static inline int kref_put_lock(struct kref *kref, refuzz_kref_release release, spinlock_t *lock)
{
	bool is_last = refcount_dec_and_lock(&kref->refcount, lock);

	if (is_last)
		release(kref);
	return is_last;
}

#endif
