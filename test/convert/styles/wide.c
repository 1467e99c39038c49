#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct big { atomic_long_t refs; };
static void big_put(struct big *b)
{
	if (atomic_long_dec_and_test(&b->refs))
		kfree(b);
}
REFUZZ_SCHEME(struct big, refs);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_DUP(get) { atomic_long_inc(&object->refs); return true; }
REFUZZ_PUT(put) { big_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
