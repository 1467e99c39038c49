/*
 * inet_peer of today: the tree holds the one reference, and a lookup takes none.
 *
 * Who has looked a peer up stays in its RCU read section instead, and "put" leaves that. The garbage collector drops the
 * reference of the tree.
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

/* Takes no reference: the caller uses the peer inside of the read section, which a miss leaves again. */
static bool peer_lookup(struct peer *peer)
{
	(void)peer;
	rcu_read_lock();
	if (refuzz_linked() == REFUZZ_LIVE)
		return true;
	rcu_read_unlock();
	return false;
}

static bool peer_lookup_locked(struct peer *peer)
{
	bool found;

	(void)peer;
	rcu_read_lock();
	read_seqlock_excl_bh(&tree_lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	read_sequnlock_excl_bh(&tree_lock);
	if (!found)
		rcu_read_unlock();
	return found;
}

static void peer_put(void)
{
	rcu_read_unlock();
}

static void peer_free_rcu(struct rcu_head *head)
{
	kfree(container_of(head, struct peer, rcu));
}

/* Nobody has more than the tree has: the reference is the last. */
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
REFUZZ_BIAS(1);

REFUZZ_STATE(idle, .count = 1, .live = true);
REFUZZ_STATE(one, .count = 1, .live = true, .readers = 1);
REFUZZ_STATE(two, .count = 1, .live = true, .readers = 2);

REFUZZ_ENTER(lookup) { return peer_lookup(object); }
REFUZZ_ENTER(lookup_locked) { return peer_lookup_locked(object); }
REFUZZ_PUT(put) { peer_put(); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(gc) { return peer_gc(object); }
