/* Freed by kfree_rcu; after.c: by a callback that frees. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/container_of.h>
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
		found = atomic_inc_not_zero(&s->refs);
	rcu_read_unlock();
	return found;
}

static void session_free_rcu(struct rcu_head *head)
{
	kfree(container_of(head, struct session, rcu));
}

static void session_put(struct session *s)
{
	if (!atomic_dec_and_test(&s->refs))
		return;
	refuzz_link(REFUZZ_NOWHERE);
	call_rcu(&s->rcu, session_free_rcu);
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
