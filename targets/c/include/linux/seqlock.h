/*
 * Sequence locks. A seqlock is one word: writers take it as a lock, and count as they do where the source has readers who ask.
 * A seqcount is a plain word, which its writer reads and writes; somebody else's lock keeps writers apart.
 *
 * A reader waits until no writer is at work, and asks at the end whether one has been there.
 */
#ifndef _LINUX_SEQLOCK_H
#define _LINUX_SEQLOCK_H

#include <refuzz/host.h>
#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/spinlock.h>

/* --- seqlock_t ------------------------------------------------------------------------------------------------ */

typedef struct {
	int refuzz_locked;
} seqlock_t;

#define __SEQLOCK_UNLOCKED(name) { 0 }
#define DEFINE_SEQLOCK(name) seqlock_t name = { 0 }
#define seqlock_init(lock) ((void)(lock))

static inline void write_seqlock(seqlock_t *lock) { refuzz_seq_lock(lock); }
static inline void write_sequnlock(seqlock_t *lock) { refuzz_seq_unlock(lock); }
#define write_seqlock_bh(lock) write_seqlock(lock)
#define write_sequnlock_bh(lock) write_sequnlock(lock)
#define write_seqlock_irq(lock) write_seqlock(lock)
#define write_sequnlock_irq(lock) write_sequnlock(lock)
#define write_seqlock_irqsave(lock, flags) ((void)((flags) = 0), write_seqlock(lock))
#define write_sequnlock_irqrestore(lock, flags) ((void)(flags), write_sequnlock(lock))

/* A reader who keeps writers out, and other such readers. Those who ask at the end do not see him. */
static inline void read_seqlock_excl(seqlock_t *lock) { refuzz_lock(lock); }
static inline void read_sequnlock_excl(seqlock_t *lock) { refuzz_unlock(lock); }
#define read_seqlock_excl_bh(lock) read_seqlock_excl(lock)
#define read_sequnlock_excl_bh(lock) read_sequnlock_excl(lock)
#define read_seqlock_excl_irq(lock) read_seqlock_excl(lock)
#define read_sequnlock_excl_irq(lock) read_sequnlock_excl(lock)
#define read_seqlock_excl_irqsave(lock, flags) ((void)((flags) = 0), read_seqlock_excl(lock))
#define read_sequnlock_excl_irqrestore(lock, flags) ((void)(flags), read_sequnlock_excl(lock))

static inline unsigned int read_seqbegin(const seqlock_t *lock) { return (unsigned int)refuzz_seq_begin(lock); }
static inline unsigned int read_seqretry(const seqlock_t *lock, unsigned int start)
{
	return (unsigned int)refuzz_seq_read(lock) != start;
}

/* An odd sequence says: take the lock this time. */
static inline void read_seqbegin_or_lock(seqlock_t *lock, int *seq)
{
	if (!(*seq & 1))
		*seq = (int)read_seqbegin(lock);
	else
		read_seqlock_excl(lock);
}
static inline int need_seqretry(seqlock_t *lock, int seq)
{
	return !(seq & 1) && read_seqretry(lock, (unsigned int)seq);
}
static inline void done_seqretry(seqlock_t *lock, int seq)
{
	if (seq & 1)
		read_sequnlock_excl(lock);
}

/* --- seqcount_t ----------------------------------------------------------------------------------------------- */

typedef struct seqcount {
	unsigned int sequence;
} seqcount_t;

typedef struct seqcount_spinlock { seqcount_t seqcount; } seqcount_spinlock_t;
typedef struct seqcount_raw_spinlock { seqcount_t seqcount; } seqcount_raw_spinlock_t;
typedef struct seqcount_rwlock { seqcount_t seqcount; } seqcount_rwlock_t;
typedef struct seqcount_mutex { seqcount_t seqcount; } seqcount_mutex_t;

#define SEQCNT_ZERO(name) { 0 }
#define SEQCNT_SPINLOCK_ZERO(name, lock) { { 0 } }
#define SEQCNT_RAW_SPINLOCK_ZERO(name, lock) { { 0 } }
#define SEQCNT_RWLOCK_ZERO(name, lock) { { 0 } }
#define SEQCNT_MUTEX_ZERO(name, lock) { { 0 } }
#define seqcount_init(s) WRITE_ONCE(*REFUZZ_SEQUENCE(s), 0)
#define seqcount_spinlock_init(s, lock) ((void)(lock), seqcount_init(s))
#define seqcount_raw_spinlock_init(s, lock) ((void)(lock), seqcount_init(s))
#define seqcount_rwlock_init(s, lock) ((void)(lock), seqcount_init(s))
#define seqcount_mutex_init(s, lock) ((void)(lock), seqcount_init(s))

/* Each of these types begins with the number. */
#define REFUZZ_SEQUENCE(s) ((unsigned int *)(void *)(s))

static inline unsigned int refuzz_seqcount_begin(unsigned int *sequence)
{
	return (unsigned int)refuzz_await(sequence, sizeof(*sequence), REFUZZ_CLEAR, 1, 0);
}
static inline int refuzz_seqcount_retry(const unsigned int *sequence, unsigned int start)
{
	smp_rmb();
	return READ_ONCE(*sequence) != start;
}
static inline void refuzz_seqcount_add(unsigned int *sequence)
{
	WRITE_ONCE(*sequence, READ_ONCE(*sequence) + 1);
	smp_wmb();
}

#define read_seqcount_begin(s) refuzz_seqcount_begin(REFUZZ_SEQUENCE(s))
#define raw_read_seqcount_begin(s) read_seqcount_begin(s)
#define raw_read_seqcount(s) READ_ONCE(*REFUZZ_SEQUENCE(s))
#define raw_seqcount_begin(s) (raw_read_seqcount(s) & ~1u)
#define read_seqcount_retry(s, start) refuzz_seqcount_retry(REFUZZ_SEQUENCE(s), start)
#define write_seqcount_begin(s) refuzz_seqcount_add(REFUZZ_SEQUENCE(s))
#define write_seqcount_end(s) refuzz_seqcount_add(REFUZZ_SEQUENCE(s))
#define raw_write_seqcount_begin(s) write_seqcount_begin(s)
#define raw_write_seqcount_end(s) write_seqcount_end(s)
#define write_seqcount_begin_nested(s, subclass) write_seqcount_begin(s)
#define write_seqcount_invalidate(s) WRITE_ONCE(*REFUZZ_SEQUENCE(s), READ_ONCE(*REFUZZ_SEQUENCE(s)) + 2)

#endif
