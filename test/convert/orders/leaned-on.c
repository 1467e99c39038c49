/*
 * A session that is shut by its reader. The reader marks that it is done with a plain store; what makes its last use
 * visible before the mark is the full barrier of the atomic_inc_return in front of it, which counts the rounds.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/slab.h>

struct session {
	atomic_t rounds;
	int done;
};

static void session_finish(struct session *s)
{
	refuzz_use();
	atomic_inc_return(&s->rounds);
	WRITE_ONCE(s->done, 1);
}

static enum refuzz_outcome session_reap(struct session *s)
{
	if (refuzz_linked() != REFUZZ_LIVE)
		return REFUZZ_VOID;
	if (!smp_load_acquire(&s->done))
		return REFUZZ_REFUSED;
	refuzz_link(REFUZZ_NOWHERE);
	kfree(s);
	return REFUZZ_GRANTED;
}

REFUZZ_SCHEME(struct session, rounds);
REFUZZ_STATE(busy, .count = 1, .live = true, .holders = 1);
REFUZZ_PUT(finish) { session_finish(object); }
REFUZZ_ACT(reap) { return session_reap(object); }
