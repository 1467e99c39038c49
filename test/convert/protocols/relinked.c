/*
 * Flow entries: the last put moves an entry to the stale list; a worker frees what it still finds there unused.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct flow_ent {
	atomic_t refs;
};

static DEFINE_SPINLOCK(flow_lock);

static bool flow_find(struct flow_ent *f)
{
	spin_lock(&flow_lock);
	if (refuzz_linked() == REFUZZ_NOWHERE) {
		spin_unlock(&flow_lock);
		return false;
	}
	/* Back from the stale list, perhaps. */
	if (atomic_inc_return(&f->refs) == 1)
		refuzz_link(REFUZZ_LIVE);
	spin_unlock(&flow_lock);
	return true;
}

static void flow_put(struct flow_ent *f)
{
	spin_lock(&flow_lock);
	if (atomic_dec_and_test(&f->refs))
		refuzz_link(REFUZZ_TRASH);
	spin_unlock(&flow_lock);
}

static bool flow_gc(struct flow_ent *f)
{
	bool gone = false;

	spin_lock(&flow_lock);
	if (refuzz_linked() == REFUZZ_TRASH) {
		refuzz_link(REFUZZ_NOWHERE);
		gone = true;
	}
	spin_unlock(&flow_lock);
	if (gone)
		kfree(f);
	return gone;
}

REFUZZ_SCHEME(struct flow_ent, refs);
REFUZZ_STATE(stale, .trash = true);
REFUZZ_STATE(used, .count = 1, .live = true, .holders = 1);
REFUZZ_GET(find) { return flow_find(object); }
REFUZZ_PUT(put) { flow_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(gc) { return flow_gc(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
