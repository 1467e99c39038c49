#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct buf { atomic_t refs; };
static void buf_get(struct buf *b) { atomic_inc(&b->refs); }
static void buf_put(struct buf *b)
{
	if (!atomic_dec_return(&b->refs))
		kfree(b);
}
REFUZZ_SCHEME(struct buf, refs);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_DUP(get) { buf_get(object); return true; }
REFUZZ_PUT(put) { buf_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
