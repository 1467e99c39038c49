/*
 * inet_peer converted to refcount_t op by op, with a garbage collector that takes the last reference.
 *
 * As naive.c, but refcount_dec_if_one() alone claims a peer. Nobody has added the reference of the tree to the count, so
 * that the 1 it takes is a user.
 */
#include <refuzz.h>
#include <linux/container_of.h>
#include <linux/refcount.h>
#include <linux/rcupdate.h>
#include <linux/seqlock.h>
#include <linux/slab.h>

struct peer {
	refcount_t refcnt;
	struct rcu_head rcu;
};

/* Writers of the tree. Whether the peer is in it, refuzz_linked() says. */
static DEFINE_SEQLOCK(tree_lock);

/* Without the lock: the peer may be on its way out, or be freed as soon as the read section ends. */
static bool peer_lookup(struct peer *peer)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE && refcount_inc_not_zero(&peer->refcnt);
	rcu_read_unlock();
	return found;
}

/* With the lock: a peer in the tree is not dead, so that it can simply be counted. */
static bool peer_lookup_locked(struct peer *peer)
{
	bool found;

	write_seqlock_bh(&tree_lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refcount_inc(&peer->refcnt);
	write_sequnlock_bh(&tree_lock);
	return found;
}

static void peer_put(struct peer *peer)
{
	refcount_dec(&peer->refcnt);
}

static void peer_free_rcu(struct rcu_head *head)
{
	kfree(container_of(head, struct peer, rcu));
}

/* Only an idle peer, and then for ever. */
static bool peer_claim(struct peer *peer)
{
	return refcount_dec_if_one(&peer->refcnt);
}

/* The garbage collector comes by a peer whose idle time is over. */
static enum refuzz_outcome peer_gc(struct peer *peer)
{
	enum refuzz_outcome outcome = REFUZZ_VOID;

	write_seqlock_bh(&tree_lock);
	if (refuzz_linked() == REFUZZ_LIVE) {
		outcome = REFUZZ_REFUSED;
		if (peer_claim(peer)) {
			refuzz_link(REFUZZ_NOWHERE);
			call_rcu(&peer->rcu, peer_free_rcu);
			outcome = REFUZZ_GRANTED;
		}
	}
	write_sequnlock_bh(&tree_lock);
	return outcome;
}

REFUZZ_SCHEME(struct peer, refcnt);
REFUZZ_SATURATED(REFCOUNT_SATURATED);

REFUZZ_STATE(idle, .live = true);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);

REFUZZ_GET(lookup) { return peer_lookup(object); }
REFUZZ_GET(lookup_locked) { return peer_lookup_locked(object); }
REFUZZ_PUT(put) { peer_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(gc) { return peer_gc(object); }
