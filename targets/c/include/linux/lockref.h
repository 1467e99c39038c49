/*
 * A count beside the lock that guards it, for sources that are not compiled against a kernel tree. Every op takes the lock, as
 * where an architecture has no exchange of both together. Who holds the lock may change the count; below 0 it is dead.
 */
#ifndef __LINUX_LOCKREF_H
#define __LINUX_LOCKREF_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct lockref {
	spinlock_t lock;
	int count;
};

/* Adds if the count is at least so large. */
static inline int refuzz_lockref_add(struct lockref *lockref, int least, int i)
{
	int may;

	spin_lock(&lockref->lock);
	may = lockref->count >= least;
	if (may)
		lockref->count += i;
	spin_unlock(&lockref->lock);
	return may;
}

static inline void lockref_get(struct lockref *lockref)
{
	spin_lock(&lockref->lock);
	lockref->count++;
	spin_unlock(&lockref->lock);
}

static inline int lockref_get_not_zero(struct lockref *lockref) { return refuzz_lockref_add(lockref, 1, 1); }
static inline int lockref_get_not_dead(struct lockref *lockref) { return refuzz_lockref_add(lockref, 0, 1); }
static inline int lockref_put_not_zero(struct lockref *lockref) { return refuzz_lockref_add(lockref, 2, -1); }

/* It gives up where it would have to wait, and that is always. */
static inline int lockref_put_return(struct lockref *lockref)
{
	(void)lockref;
	return -1;
}

/* Of the last reference it takes the lock, and leaves the count to its caller. */
static inline int lockref_put_or_lock(struct lockref *lockref)
{
	spin_lock(&lockref->lock);
	if (lockref->count <= 1)
		return 0;
	lockref->count--;
	spin_unlock(&lockref->lock);
	return 1;
}

static inline void lockref_mark_dead(struct lockref *lockref)
{
	assert_spin_locked(&lockref->lock);
	lockref->count = -128;
}

static inline bool __lockref_is_dead(const struct lockref *lockref) { return lockref->count < 0; }

#endif
