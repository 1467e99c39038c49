/*
 * Locks that readers share. A reader may take one again while he has it. A writer who waits keeps no readers out here: so the
 * deadlock of a reader who takes the lock once more behind such a writer is not found.
 */
#ifndef _LINUX_RWLOCK_H
#define _LINUX_RWLOCK_H

#include <refuzz/host.h>
#include <linux/spinlock_types.h>

/* As for spin_lock_init(). */
#define rwlock_init(lock) ((void)(lock))

static inline void read_lock(rwlock_t *lock) { refuzz_lock_shared(lock); }
static inline void read_unlock(rwlock_t *lock) { refuzz_unlock_shared(lock); }
static inline int read_trylock(rwlock_t *lock) { return refuzz_trylock_shared(lock); }
static inline void write_lock(rwlock_t *lock) { refuzz_lock(lock); }
static inline void write_unlock(rwlock_t *lock) { refuzz_unlock(lock); }
static inline int write_trylock(rwlock_t *lock) { return refuzz_trylock(lock); }
#define write_lock_nested(lock, subclass) write_lock(lock)
#define rwlock_is_contended(lock) ((void)(lock), 0)

#define read_lock_bh(lock) read_lock(lock)
#define read_unlock_bh(lock) read_unlock(lock)
#define read_lock_irq(lock) read_lock(lock)
#define read_unlock_irq(lock) read_unlock(lock)
#define read_lock_irqsave(lock, flags) ((void)((flags) = 0), read_lock(lock))
#define read_unlock_irqrestore(lock, flags) ((void)(flags), read_unlock(lock))

#define write_lock_bh(lock) write_lock(lock)
#define write_unlock_bh(lock) write_unlock(lock)
#define write_lock_irq(lock) write_lock(lock)
#define write_unlock_irq(lock) write_unlock(lock)
#define write_lock_irqsave(lock, flags) ((void)((flags) = 0), write_lock(lock))
#define write_unlock_irqrestore(lock, flags) ((void)(flags), write_unlock(lock))
#define write_trylock_irqsave(lock, flags) ((void)((flags) = 0), write_trylock(lock))

#endif
