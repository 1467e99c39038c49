/*
 * Spinlocks; with them come reader-writer locks. Interrupts are threads like any other here, so the forms that keep them out
 * are the plain lock.
 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <refuzz/host.h>
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/bug.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/rwlock.h>
#include <linux/spinlock_types.h>

/* At its start a lock is free. In an op, making it so would be a write behind the back of its holder. */
#define spin_lock_init(lock) ((void)(lock))
#define raw_spin_lock_init(lock) ((void)(lock))

static inline void raw_spin_lock(raw_spinlock_t *lock) { refuzz_lock(lock); }
static inline void raw_spin_unlock(raw_spinlock_t *lock) { refuzz_unlock(lock); }
static inline int raw_spin_trylock(raw_spinlock_t *lock) { return refuzz_trylock(lock); }
static inline int raw_spin_is_locked(raw_spinlock_t *lock) { return refuzz_locked(lock) != 0; }
static inline void spin_lock(spinlock_t *lock) { refuzz_lock(lock); }
static inline void spin_unlock(spinlock_t *lock) { refuzz_unlock(lock); }
static inline int spin_trylock(spinlock_t *lock) { return refuzz_trylock(lock); }
static inline int spin_is_locked(spinlock_t *lock) { return refuzz_locked(lock) != 0; }
/* Nobody is asked to hurry. */
#define spin_is_contended(lock) ((void)(lock), 0)
#define raw_spin_is_contended(lock) ((void)(lock), 0)
#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))
#define assert_raw_spin_locked(lock) BUG_ON(!raw_spin_is_locked(lock))

#define spin_lock_nested(lock, subclass) spin_lock(lock)
#define spin_lock_nest_lock(lock, outer) spin_lock(lock)
#define spin_lock_bh_nested(lock, subclass) spin_lock(lock)
#define spin_lock_bh(lock) spin_lock(lock)
#define spin_unlock_bh(lock) spin_unlock(lock)
#define spin_lock_irq(lock) spin_lock(lock)
#define spin_unlock_irq(lock) spin_unlock(lock)
#define spin_lock_irqsave(lock, flags) ((void)((flags) = 0), spin_lock(lock))
#define spin_lock_irqsave_nested(lock, flags, subclass) spin_lock_irqsave(lock, flags)
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), spin_unlock(lock))
#define spin_trylock_bh(lock) spin_trylock(lock)
#define spin_trylock_irq(lock) spin_trylock(lock)
#define spin_trylock_irqsave(lock, flags) ((void)((flags) = 0), spin_trylock(lock))

#define raw_spin_lock_nested(lock, subclass) raw_spin_lock(lock)
#define raw_spin_lock_bh(lock) raw_spin_lock(lock)
#define raw_spin_unlock_bh(lock) raw_spin_unlock(lock)
#define raw_spin_lock_irq(lock) raw_spin_lock(lock)
#define raw_spin_unlock_irq(lock) raw_spin_unlock(lock)
#define raw_spin_lock_irqsave(lock, flags) ((void)((flags) = 0), raw_spin_lock(lock))
#define raw_spin_unlock_irqrestore(lock, flags) ((void)(flags), raw_spin_unlock(lock))
#define raw_spin_trylock_bh(lock) raw_spin_trylock(lock)
#define raw_spin_trylock_irq(lock) raw_spin_trylock(lock)
#define raw_spin_trylock_irqsave(lock, flags) ((void)((flags) = 0), raw_spin_trylock(lock))

DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_bh, spinlock_t, spin_lock_bh(_T->lock), spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock), spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t, spin_lock_irqsave(_T->lock, _T->flags),
		    spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock), raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irq, raw_spinlock_t, raw_spin_lock_irq(_T->lock), raw_spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irqsave, raw_spinlock_t, raw_spin_lock_irqsave(_T->lock, _T->flags),
		    raw_spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)

/* Each gives a reference back, and takes the lock if it was the last. */
static inline int atomic_dec_and_lock(atomic_t *v, spinlock_t *lock)
{
	if (atomic_add_unless(v, -1, 1))
		return 0;
	spin_lock(lock);
	if (atomic_dec_and_test(v))
		return 1;
	spin_unlock(lock);
	return 0;
}

static inline int atomic_dec_and_raw_lock(atomic_t *v, raw_spinlock_t *lock)
{
	if (atomic_add_unless(v, -1, 1))
		return 0;
	raw_spin_lock(lock);
	if (atomic_dec_and_test(v))
		return 1;
	raw_spin_unlock(lock);
	return 0;
}

#define atomic_dec_and_lock_irqsave(v, lock, flags) ((void)((flags) = 0), atomic_dec_and_lock(v, lock))
#define atomic_dec_and_raw_lock_irqsave(v, lock, flags) ((void)((flags) = 0), atomic_dec_and_raw_lock(v, lock))

#endif
