/* The writer's side of a seqlock, which is a lock. A reader's repeated attempts are not modelled. */
#ifndef _LINUX_SEQLOCK_H
#define _LINUX_SEQLOCK_H

#include <refuzz/host.h>
#include <linux/spinlock.h>

typedef struct {
	int refuzz_locked;
} seqlock_t;

#define DEFINE_SEQLOCK(name) seqlock_t name = { 0 }
#define seqlock_init(lock) ((void)(lock))

static inline void write_seqlock(seqlock_t *lock) { refuzz_lock(lock); }
static inline void write_sequnlock(seqlock_t *lock) { refuzz_unlock(lock); }
#define write_seqlock_bh(lock) write_seqlock(lock)
#define write_sequnlock_bh(lock) write_sequnlock(lock)
#define write_seqlock_irq(lock) write_seqlock(lock)
#define write_sequnlock_irq(lock) write_sequnlock(lock)
#define read_seqlock_excl(lock) write_seqlock(lock)
#define read_sequnlock_excl(lock) write_sequnlock(lock)
#define read_seqlock_excl_bh(lock) write_seqlock(lock)
#define read_sequnlock_excl_bh(lock) write_sequnlock(lock)

unsigned int read_seqbegin(const seqlock_t *lock)
	__attribute__((unavailable("readers of a seqlock are not modelled: use refuzz_linked() alone")));
unsigned int read_seqretry(const seqlock_t *lock, unsigned int start)
	__attribute__((unavailable("readers of a seqlock are not modelled: use refuzz_linked() alone")));

#endif
