#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <refuzz/host.h>
#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/lockdep.h>
#include <linux/list.h>

/* A word of its own. A signal interrupts nobody here. */
struct mutex {
	int refuzz_locked;
};

#define DEFINE_MUTEX(name) struct mutex name = { 0 }
#define __MUTEX_INITIALIZER(name) { 0 }
/* As for spin_lock_init(). */
#define mutex_init(lock) ((void)(lock))
#define mutex_destroy(lock) ((void)(lock))

static inline void mutex_lock(struct mutex *lock) { refuzz_lock(lock); }
static inline int mutex_trylock(struct mutex *lock) { return refuzz_trylock(lock); }
static inline bool mutex_is_locked(struct mutex *lock) { return refuzz_locked(lock) != 0; }

static inline int __must_check mutex_lock_interruptible(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}
#define mutex_lock_killable(lock) mutex_lock_interruptible(lock)
#define mutex_lock_io(lock) mutex_lock(lock)
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, subclass) mutex_lock_interruptible(lock)
#define mutex_lock_killable_nested(lock, subclass) mutex_lock_interruptible(lock)
#define mutex_lock_nest_lock(lock, outer) mutex_lock(lock)

/*
 * Two accesses: whoever waits can take the mutex after the first, while this thread still looks at its list of waiters.
 * So nobody may free the memory of a mutex because he has got it.
 */
static inline void mutex_unlock(struct mutex *lock)
{
	refuzz_unlock(lock);
	refuzz_touch(lock);
}

DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))

/* Gives a reference back, and takes the mutex if it was the last. */
static inline int atomic_dec_and_mutex_lock(atomic_t *v, struct mutex *lock)
{
	if (atomic_add_unless(v, -1, 1))
		return 0;
	mutex_lock(lock);
	if (atomic_dec_and_test(v))
		return 1;
	mutex_unlock(lock);
	return 0;
}

#endif
