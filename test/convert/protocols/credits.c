/*
 * Credits of a channel: a sender takes one if there is any, and the channel goes when all are back and it is closed.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct credit {
	atomic_t left;
};

static DEFINE_SPINLOCK(close_lock);

static bool credit_take(struct credit *c)
{
	bool ok;

	spin_lock(&close_lock);
	ok = refuzz_linked() == REFUZZ_LIVE && atomic_dec_if_positive(&c->left) >= 0;
	spin_unlock(&close_lock);
	return ok;
}

static void credit_back(struct credit *c)
{
	smp_mb__before_atomic();
	atomic_inc(&c->left);
}

REFUZZ_SCHEME(struct credit, left);
REFUZZ_STATE(full, .count = 2, .live = true);
REFUZZ_STATE(one_out, .count = 1, .live = true, .holders = 1);
REFUZZ_GET(take) { return credit_take(object); }
REFUZZ_PUT(back) { credit_back(object); }
REFUZZ_USE(use) { refuzz_use(); }
