/* Who takes the last reference frees; atomic_add_return orders all around it, and refcount_dec_and_test enough. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>

struct buf {
	atomic_t refs;
};

static void buf_put(struct buf *b)
{
	if (atomic_add_return(-1, &b->refs) == 0)
		kfree(b);
}

REFUZZ_SCHEME(struct buf, refs);
REFUZZ_STATE(one, .count = 1, .holders = 1);
REFUZZ_STATE(two, .count = 2, .holders = 2);
REFUZZ_PUT(put) { buf_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
