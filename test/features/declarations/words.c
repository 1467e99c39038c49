/* What ops share, in every form in which a driver has it, and nothing declared. */
#include <refuzz.h>
#include <linux/container_of.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct peer {
	refcount_t refcnt;
	spinlock_t lock;
	struct rcu_head rcu;
	/* Set by a state, and read. */
	int kind;
	/* Set by a state, and looked at by nobody. */
	int unread;
	/* Read, and never anything but 0. */
	int constant;
	unsigned in_use : 1, is_new : 1;
	struct peer *next;
	void (*release)(struct peer *peer);
	int slots[3];
	short sequence;
	union {
		unsigned char flags;
		int all_flags;
	};
	struct {
		int hits, misses;
	} stats;
};

static DEFINE_SPINLOCK(tree_lock);
static struct peer *last_found;
static int found_by[3];
/* Never written: no word. */
static int step = 3;
static const int limits[] = { 1, 2, 4 };

static void peer_release(struct peer *peer) { peer->slots[2] = 0; }

static bool peer_lookup(struct peer *peer)
{
	static int lookups;

	lookups += step;
	if (!refcount_inc_not_zero(&peer->refcnt)) {
		peer->stats.misses++;
		return false;
	}
	spin_lock(&tree_lock);
	last_found = peer;
	found_by[1] += limits[peer->kind] + peer->constant;
	peer->in_use = 1;
	peer->next = peer;
	peer->release = peer_release;
	peer->flags |= 4;
	__atomic_fetch_or(&peer->sequence, 1, __ATOMIC_RELAXED);
	if (lookups == 3 && last_found && found_by[1] > 1)
		peer->slots[1]++;
	spin_unlock(&tree_lock);
	return true;
}

static void peer_free(struct rcu_head *head)
{
	struct peer *peer = container_of(head, struct peer, rcu);

	/* Only the callback takes it. */
	spin_lock(&peer->lock);
	spin_unlock(&peer->lock);
	kfree(peer);
}

static void peer_put(struct peer *peer)
{
	if (refcount_dec_and_test(&peer->refcnt))
		call_rcu(&peer->rcu, peer_free);
}

REFUZZ_SCHEME(struct peer, refcnt);
REFUZZ_STATE(one, .count = 1, .holders = 1, .object.unread = 7);
REFUZZ_STATE(odd, .count = 2, .live = true, .holders = 2, .object.kind = 2);
REFUZZ_STATE(seen, .count = 1, .trash = true, .noted = true, .readers = 1);
REFUZZ_STATE(block)
{
	refcount_set(&object->refcnt, 1);
	step = 3;
	refuzz_hold(0);
}
REFUZZ_OPS(peer_lookup, peer_put);
