/* A lock is a word of its own: declare it with REFUZZ_WORD or REFUZZ_FIELD. */
#ifndef _LINUX_SPINLOCK_TYPES_H
#define _LINUX_SPINLOCK_TYPES_H

typedef struct spinlock {
	int refuzz_locked;
} spinlock_t, raw_spinlock_t;

typedef struct rwlock {
	int refuzz_locked;
} rwlock_t;

#define __SPIN_LOCK_UNLOCKED(name) { 0 }
#define DEFINE_SPINLOCK(name) spinlock_t name = { 0 }
#define DEFINE_RAW_SPINLOCK(name) raw_spinlock_t name = { 0 }
#define DEFINE_RWLOCK(name) rwlock_t name = { 0 }

#endif
