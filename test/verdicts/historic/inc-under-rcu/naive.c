/*
 * A session that is found under RCU: its count may be 0 already, and then it is on its way out.
 *
 * Op by op: refcount_inc says so, but the session is freed as before.
 */
#include <refuzz.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct session {
	refcount_t refs;
	struct rcu_head rcu;
};

static bool session_find(struct session *s)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refcount_inc(&s->refs);
	rcu_read_unlock();
	return found;
}

static void session_put(struct session *s)
{
	if (!refcount_dec_and_test(&s->refs))
		return;
	refuzz_link(REFUZZ_NOWHERE);
	kfree_rcu(s, rcu);
}

REFUZZ_SCHEME(struct session, refs);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_STATE(one)
{
	refcount_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(find) { return session_find(object); }
REFUZZ_PUT(put) { session_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
