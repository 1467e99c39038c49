/* Ops that are loops of compare-exchange: a get, a get as a test of the old value, a put that leaves the last one, and a put. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct node {
	atomic_t refcount;
};

static bool node_tryget(struct node *n)
{
	int old = atomic_read(&n->refcount);

	while (old != 0) {
		int seen = atomic_cmpxchg(&n->refcount, old, old + 1);

		if (seen == old)
			return true;
		old = seen;
	}
	return false;
}

static struct node *node_lookup(struct node *n)
{
	int old;

	rcu_read_lock();
	old = atomic_read(&n->refcount);
	do {
		if (unlikely(old <= 0)) {
			rcu_read_unlock();
			return NULL;
		}
	} while (!atomic_try_cmpxchg_acquire(&n->refcount, &old, old + 1));
	rcu_read_unlock();
	return n;
}

static bool node_put_unless_last(struct node *n)
{
	bool done = false;
	int was, now;

again:
	was = atomic_read(&n->refcount);
	if (was == 1)
		goto out;
	now = was - 1;
	if (atomic_cmpxchg(&n->refcount, was, now) != was)
		goto again;
	done = true;
out:
	return done;
}

static void node_put(struct node *n)
{
	int old, new;

	if (node_put_unless_last(n))
		return;
	do {
		old = atomic_read(&n->refcount);
		new = old - 1;
	} while (!atomic_try_cmpxchg(&n->refcount, &old, new));
	if (!new)
		kfree(n);
}

REFUZZ_SCHEME(struct node, refcount);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_DUP(get) { return node_tryget(object); }
REFUZZ_DUP(look) { return node_lookup(object) != NULL; }
REFUZZ_PUT(put) { node_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
