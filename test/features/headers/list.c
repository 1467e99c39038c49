/* Found on a list under its lock, taken off it by an administrator; NO_LOCK leaves the lock out where it is found. */
#include <refuzz.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct peer {
	refcount_t count;
	struct list_head node;
};

static LIST_HEAD(peers);
static DEFINE_SPINLOCK(peers_lock);

static struct peer *find(void)
{
	struct peer *peer, *found = NULL;

#ifndef NO_LOCK
	guard(spinlock)(&peers_lock);
#endif
	list_for_each_entry(peer, &peers, node) {
		refcount_inc(&peer->count);
		found = peer;
		break;
	}
	return found;
}

static void put(struct peer *peer)
{
	if (refcount_dec_and_test(&peer->count))
		kfree(peer);
}

static bool forget(void)
{
	struct peer *peer;

	scoped_guard(spinlock, &peers_lock) {
		peer = list_first_entry_or_null(&peers, struct peer, node);
		if (!peer)
			return false;
		list_del_init(&peer->node);
	}
	put(peer);
	return true;
}

REFUZZ_SCHEME(struct peer, count);
REFUZZ_WORD(peers_lock);
REFUZZ_WORD(peers.next);
REFUZZ_WORD(peers.prev);
REFUZZ_FIELD(node.next);
REFUZZ_FIELD(node.prev);
REFUZZ_STATE(one) { refcount_set(&object->count, 2); list_add(&object->node, &peers); refuzz_hold(0); }
REFUZZ_GET(find) { return find() != NULL; }
REFUZZ_PUT(put) { put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(forget) { return forget() ? REFUZZ_GRANTED : REFUZZ_VOID; }
