#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct q { atomic_t refs[2]; };
static void q_put(struct q *q)
{
	if (atomic_dec_and_test(&q->refs[0]))
		kfree(q);
}
REFUZZ_SCHEME(struct q, refs[0]);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_DUP(get) { atomic_inc(&object->refs[0]); return true; }
REFUZZ_PUT(put) { q_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
