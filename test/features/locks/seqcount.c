/* The same with a bare sequence; a spinlock keeps writers apart. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/seqlock.h>

struct node { atomic_t refs; };
static DEFINE_SPINLOCK(lock);
static seqcount_spinlock_t count = SEQCNT_SPINLOCK_ZERO(count, &lock);
static int dead;

REFUZZ_SCHEME(struct node, refs);
REFUZZ_WORD(lock);
REFUZZ_WORD(count);
REFUZZ_WORD(dead);
REFUZZ_STATE(live) { atomic_set(&object->refs, 1); refuzz_link(REFUZZ_LIVE); }

REFUZZ_ACT(kill)
{
	spin_lock(&lock);
	write_seqcount_begin(&count);
	WRITE_ONCE(dead, !READ_ONCE(dead));
	refuzz_link(READ_ONCE(dead) ? REFUZZ_TRASH : REFUZZ_LIVE);
#ifndef NO_END
	write_seqcount_end(&count);
#endif
	spin_unlock(&lock);
	return REFUZZ_GRANTED;
}

REFUZZ_ACT(look)
{
	unsigned int seq;
	int was_dead, was_linked;

	do {
#ifdef NO_WAIT
		seq = raw_read_seqcount(&count);
#else
		seq = read_seqcount_begin(&count);
#endif
		was_dead = READ_ONCE(dead);
		was_linked = refuzz_linked() == REFUZZ_LIVE;
	} while (read_seqcount_retry(&count, seq));
	BUG_ON(was_dead == was_linked);
	return was_dead ? REFUZZ_REFUSED : REFUZZ_GRANTED;
}
