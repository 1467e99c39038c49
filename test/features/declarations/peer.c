/* A driver: nothing in it knows of refuzz. */
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct peer {
	refcount_t refs;
	bool dead;
	int lookups;
};

static DEFINE_SPINLOCK(peer_lock);

/* The lock keeps the peer from being freed between the test and the increment. */
static struct peer *peer_get(struct peer *peer)
{
	struct peer *found = NULL;

	spin_lock(&peer_lock);
	if (!peer->dead) {
		peer->lookups++;
		refcount_inc(&peer->refs);
		found = peer;
	}
	spin_unlock(&peer_lock);
	return found;
}

static void peer_put(struct peer *peer)
{
	spin_lock(&peer_lock);
	if (!refcount_dec_and_test(&peer->refs)) {
		spin_unlock(&peer_lock);
		return;
	}
#ifndef PLANTED
	peer->dead = true;
#endif
	spin_unlock(&peer_lock);
#ifdef PLANTED
	peer->dead = true;
#endif
}

static void peer_reap(void) {}
