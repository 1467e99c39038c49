#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct node { atomic_t refcount; };
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
static void node_put(struct node *n)
{
	if (atomic_dec_and_test(&n->refcount))
		kfree(n);
}
REFUZZ_SCHEME(struct node, refcount);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_DUP(get) { return node_tryget(object); }
REFUZZ_PUT(put) { node_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
