/* The last put leaves the object on a list for a worker, which takes all of it and frees; TWICE puts it there twice. */
#include <refuzz.h>
#include <linux/llist.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct peer {
	refcount_t count;
	struct llist_node node;
};

static LLIST_HEAD(dead);

static void put(struct peer *peer)
{
	if (!refcount_dec_and_test(&peer->count))
		return;
#ifdef TWICE
	llist_add(&peer->node, &dead);
#endif
	llist_add(&peer->node, &dead);
}

static bool work(void)
{
	struct peer *peer, *next;
	bool any = false;

	llist_for_each_entry_safe(peer, next, llist_del_all(&dead), node) {
		kfree(peer);
		any = true;
	}
	return any;
}

REFUZZ_SCHEME(struct peer, count);
REFUZZ_WORD(dead.first);
REFUZZ_FIELD(node.next);
REFUZZ_STATE(two) { refcount_set(&object->count, 2); refuzz_hold(0); refuzz_hold(1); }
REFUZZ_PUT(put) { put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(work) { return work() ? REFUZZ_GRANTED : REFUZZ_VOID; }
