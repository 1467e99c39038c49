/* A driver: nothing in it knows of refuzz. */
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct peer {
	refcount_t refs;
	int lookups;
};

static DEFINE_SPINLOCK(peer_lock);
static struct peer *registered;

/* The lock keeps the peer from being freed between the test and the increment. */
static struct peer *peer_get(void)
{
	struct peer *peer;

	spin_lock(&peer_lock);
	peer = registered;
	if (peer) {
		peer->lookups = 1;
		refcount_inc(&peer->refs);
	}
	spin_unlock(&peer_lock);
	return peer;
}

static void peer_put(struct peer *peer)
{
	spin_lock(&peer_lock);
	if (!refcount_dec_and_test(&peer->refs)) {
		spin_unlock(&peer_lock);
		return;
	}
#ifndef PLANTED
	registered = NULL;
#endif
	spin_unlock(&peer_lock);
#ifdef PLANTED
	registered = NULL;
#endif
	kfree(peer);
}

static void peer_register(struct peer *peer)
{
	refcount_set(&peer->refs, 1);
	registered = peer;
}

/* Looks whether there is one. */
static void peer_poll(void)
{
	struct peer *peer = peer_get();

	if (peer)
		peer_put(peer);
}
