/*
 * A lease starts with two: one for the table, one for the timer. Users come on top, and it is over when only these are left
 * and the table lets go.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define LEASE_BASE 2

struct lease {
	atomic_t cnt;
};

static DEFINE_SPINLOCK(lease_lock);

static bool lease_take(struct lease *l)
{
	bool ok;

	spin_lock(&lease_lock);
	ok = refuzz_linked() == REFUZZ_LIVE;
	if (ok)
		atomic_inc(&l->cnt);
	spin_unlock(&lease_lock);
	return ok;
}

static void lease_give(struct lease *l)
{
	atomic_dec(&l->cnt);
}

static bool lease_expire(struct lease *l)
{
	spin_lock(&lease_lock);
	if (refuzz_linked() != REFUZZ_LIVE || atomic_read(&l->cnt) > LEASE_BASE) {
		spin_unlock(&lease_lock);
		return false;
	}
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&lease_lock);
	if (atomic_sub_and_test(LEASE_BASE, &l->cnt))
		kfree(l);
	return true;
}

REFUZZ_SCHEME(struct lease, cnt);
REFUZZ_STATE(free, .count = LEASE_BASE, .live = true);
REFUZZ_STATE(taken, .count = LEASE_BASE + 1, .live = true, .holders = 1);
REFUZZ_GET(take) { return lease_take(object); }
REFUZZ_PUT(give) { lease_give(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(expire) { return lease_expire(object) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
