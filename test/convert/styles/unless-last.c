#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct w { atomic_t refs; };
static bool w_put_not_last(struct w *w) { return atomic_add_unless(&w->refs, -1, 1); }
static void w_put(struct w *w)
{
	if (w_put_not_last(w))
		return;
	if (atomic_dec_and_test(&w->refs))
		kfree(w);
}
static bool w_get(struct w *w)
{
	while (!atomic_inc_not_zero(&w->refs))
		return false;
	return true;
}
REFUZZ_SCHEME(struct w, refs);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_DUP(get) { return w_get(object); }
REFUZZ_PUT(put) { w_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
