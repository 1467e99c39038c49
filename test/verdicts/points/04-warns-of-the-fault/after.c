/* A lookup counts from 0, and the session is freed under its holder; after.c: it says so. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct session {
	atomic_t refs;
	struct rcu_head rcu;
};

static bool session_find(struct session *s)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		WARN_ON(atomic_inc_return(&s->refs) == 1);
	rcu_read_unlock();
	return found;
}

static void session_put(struct session *s)
{
	if (!atomic_dec_and_test(&s->refs))
		return;
	refuzz_link(REFUZZ_NOWHERE);
	kfree_rcu(s, rcu);
}

REFUZZ_SCHEME(struct session, refs);
REFUZZ_STATE(one)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(find) { return session_find(object); }
REFUZZ_PUT(put) { session_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
