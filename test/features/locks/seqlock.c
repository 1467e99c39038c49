/* A reader retries where a writer has been: he never pairs a new list with an old flag. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/seqlock.h>

struct node { atomic_t refs; };
static DEFINE_SEQLOCK(lock);
static int dead;

REFUZZ_SCHEME(struct node, refs);
REFUZZ_WORD(lock);
REFUZZ_WORD(dead);
REFUZZ_STATE(live) { atomic_set(&object->refs, 1); refuzz_link(REFUZZ_LIVE); }

REFUZZ_ACT(kill)
{
	write_seqlock(&lock);
#ifdef OUTSIDE
	write_sequnlock(&lock);
#endif
	WRITE_ONCE(dead, !READ_ONCE(dead));
	refuzz_link(READ_ONCE(dead) ? REFUZZ_TRASH : REFUZZ_LIVE);
#ifndef OUTSIDE
	write_sequnlock(&lock);
#endif
	return REFUZZ_GRANTED;
}

REFUZZ_ACT(look)
{
	unsigned int seq;
	int was_dead, was_linked;

	do {
		seq = read_seqbegin(&lock);
		was_dead = READ_ONCE(dead);
		was_linked = refuzz_linked() == REFUZZ_LIVE;
#ifdef NO_RETRY
		break;
#endif
	} while (read_seqretry(&lock, seq));
	BUG_ON(was_dead == was_linked);
	return was_dead ? REFUZZ_REFUSED : REFUZZ_GRANTED;
}

REFUZZ_ACT(look_alone)
{
	int was_dead, was_linked;

	read_seqlock_excl(&lock);
	was_dead = READ_ONCE(dead);
	was_linked = refuzz_linked() == REFUZZ_LIVE;
	read_sequnlock_excl(&lock);
	BUG_ON(was_dead == was_linked);
	return was_dead ? REFUZZ_REFUSED : REFUZZ_GRANTED;
}
