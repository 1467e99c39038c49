/*
 * rcuref_t since v6.4, for sources that are not compiled against a kernel tree: the same accesses in the same order, and the
 * same reports. The word holds one less than there are references; both ops add first, and then look in which zone the sum
 * lies:
 *
 *	0x00000000 … 0x7FFFFFFF   references
 *	0x80000000 … 0xBFFFFFFF   saturated
 *	0xC0000000 … 0xFFFFFFFE   dead
 *	0xFFFFFFFF                the last reference has just gone
 */
#ifndef _LINUX_RCUREF_H
#define _LINUX_RCUREF_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/types.h>

#define RCUREF_ONEREF 0x00000000u
#define RCUREF_MAXREF 0x7FFFFFFFu
#define RCUREF_SATURATED 0xA0000000u
#define RCUREF_RELEASED 0xC0000000u
#define RCUREF_DEAD 0xE0000000u
#define RCUREF_NOREF 0xFFFFFFFFu

static inline void rcuref_init(rcuref_t *ref, unsigned int count) { atomic_set(&ref->refcnt, (int)(count - 1)); }

static inline unsigned int rcuref_read(rcuref_t *ref)
{
	unsigned int value = (unsigned int)atomic_read(&ref->refcnt);

	return value < RCUREF_RELEASED ? value + 1 : 0;
}

static inline __must_check bool rcuref_get(rcuref_t *ref)
{
	unsigned int value;

	if (likely(atomic_add_return_relaxed(1, &ref->refcnt) >= 0))
		return true;
	value = (unsigned int)atomic_read(&ref->refcnt);
	if (value >= RCUREF_RELEASED) {
		atomic_set(&ref->refcnt, (int)RCUREF_DEAD);
		return false;
	}
	if (value > RCUREF_MAXREF) {
		refuzz_warn("rcuref saturated - leaking memory");
		atomic_set(&ref->refcnt, (int)RCUREF_SATURATED);
	}
	return true;
}

/* Whoever makes the word dead was the last. A get in between revives it, and then nobody was. */
static inline __must_check bool rcuref_put_rcusafe(rcuref_t *ref)
{
	int left = atomic_sub_return_release(1, &ref->refcnt);
	unsigned int value = (unsigned int)left;

	if (likely(left >= 0))
		return false;
	if (value == RCUREF_NOREF) {
		if (!atomic_try_cmpxchg_release(&ref->refcnt, &left, (int)RCUREF_DEAD))
			return false;
		smp_acquire__after_ctrl_dep();
		return true;
	}
	if (value >= RCUREF_RELEASED) {
		refuzz_warn("rcuref - imbalanced put()");
		atomic_set(&ref->refcnt, (int)RCUREF_DEAD);
	} else {
		atomic_set(&ref->refcnt, (int)RCUREF_SATURATED);
	}
	return false;
}

static inline __must_check bool rcuref_put(rcuref_t *ref) { return rcuref_put_rcusafe(ref); }

#endif
