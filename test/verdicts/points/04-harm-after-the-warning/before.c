/* The last put takes the lock too late: a lookup counts from 0 under it; after.c: the same, with a counter that warns. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct route {
	atomic_t users;
};

static DEFINE_SPINLOCK(table);

static bool route_find(struct route *r)
{
	bool found;

	spin_lock(&table);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&r->users);
	spin_unlock(&table);
	return found;
}

static void route_put(struct route *r)
{
	if (!atomic_dec_and_test(&r->users))
		return;
	spin_lock(&table);
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&table);
	kfree(r);
}

REFUZZ_SCHEME(struct route, users);
REFUZZ_WORD(table);
REFUZZ_STATE(one)
{
	atomic_set(&object->users, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(find) { return route_find(object); }
REFUZZ_PUT(put) { route_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
