/* A box counts who looks into it, from 0. Whoever takes it down does so under the lock, and only while nobody looks. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct box {
	atomic_t lookers;
};

static DEFINE_SPINLOCK(shelf_lock);

static bool box_open(struct box *box)
{
	bool found;

	spin_lock(&shelf_lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&box->lookers);
	spin_unlock(&shelf_lock);
	return found;
}

static void box_shut(struct box *box)
{
	atomic_dec(&box->lookers);
}

static enum refuzz_outcome box_take_down(struct box *box)
{
	enum refuzz_outcome outcome = REFUZZ_VOID;

	spin_lock(&shelf_lock);
	if (refuzz_linked() == REFUZZ_LIVE) {
		if (atomic_read(&box->lookers)) {
			outcome = REFUZZ_REFUSED;
		} else {
			refuzz_link(REFUZZ_NOWHERE);
			kfree(box);
			outcome = REFUZZ_GRANTED;
		}
	}
	spin_unlock(&shelf_lock);
	return outcome;
}

REFUZZ_SCHEME(struct box, lookers);

REFUZZ_STATE(alone, .live = true);
REFUZZ_STATE(watched, .count = 1, .live = true, .holders = 1);

REFUZZ_GET(open) { return box_open(object); }
REFUZZ_PUT(shut) { box_shut(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(take_down) { return box_take_down(object); }
