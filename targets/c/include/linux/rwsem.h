/*
 * Reader-writer semaphores: a word of its own. A signal interrupts nobody here. As of rwlock_t, a writer who waits keeps no
 * readers out.
 *
 * To let go of one is two accesses, as of a mutex: who waited can have it after the first, while this thread still looks for
 * others to wake. So nobody may free its memory because he has got it.
 */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <refuzz/host.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/spinlock.h>

struct rw_semaphore {
	int refuzz_locked;
};

#define __RWSEM_INITIALIZER(name) { 0 }
#define DECLARE_RWSEM(name) struct rw_semaphore name = { 0 }
/* As for spin_lock_init(). */
#define init_rwsem(sem) ((void)(sem))

static inline void down_read(struct rw_semaphore *sem) { refuzz_lock_shared(sem); }
static inline int down_read_trylock(struct rw_semaphore *sem) { return refuzz_trylock_shared(sem); }
static inline void down_write(struct rw_semaphore *sem) { refuzz_lock(sem); }
static inline int down_write_trylock(struct rw_semaphore *sem) { return refuzz_trylock(sem); }
static inline void downgrade_write(struct rw_semaphore *sem) { refuzz_downgrade(sem); }
static inline void up_read(struct rw_semaphore *sem)
{
	refuzz_unlock_shared(sem);
	refuzz_touch(sem);
}
static inline void up_write(struct rw_semaphore *sem)
{
	refuzz_unlock(sem);
	refuzz_touch(sem);
}

static inline int __must_check down_read_interruptible(struct rw_semaphore *sem)
{
	down_read(sem);
	return 0;
}
static inline int __must_check down_write_killable(struct rw_semaphore *sem)
{
	down_write(sem);
	return 0;
}
#define down_read_killable(sem) down_read_interruptible(sem)
#define down_read_nested(sem, subclass) down_read(sem)
#define down_read_killable_nested(sem, subclass) down_read_interruptible(sem)
#define down_write_nested(sem, subclass) down_write(sem)
#define down_write_killable_nested(sem, subclass) down_write_killable(sem)
#define down_write_nest_lock(sem, outer) down_write(sem)

static inline int rwsem_is_locked(struct rw_semaphore *sem) { return refuzz_locked(sem) != 0; }
#define rwsem_is_contended(sem) ((void)(sem), 0)
#define rwsem_assert_held(sem) WARN_ON(refuzz_locked(sem) == 0)
#define rwsem_assert_held_write(sem) WARN_ON(refuzz_locked(sem) != 1)

#endif
