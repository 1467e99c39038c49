/* The same, with the barrier written out: it stays, whatever the count does. */
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
	atomic_inc(&s->rounds);
	smp_mb__after_atomic();
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
