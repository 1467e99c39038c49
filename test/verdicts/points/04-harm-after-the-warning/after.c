/* A lookup counts from 0, and says so; the put that follows it corrects a count that is freed meanwhile. */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct route {
	refcount_t users;
};

static DEFINE_SPINLOCK(table);

static bool route_find(struct route *r)
{
	bool found;

	spin_lock(&table);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refcount_inc(&r->users);
	spin_unlock(&table);
	return found;
}

static void route_put(struct route *r)
{
	if (!refcount_dec_and_test(&r->users))
		return;
	spin_lock(&table);
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&table);
	kfree(r);
}

REFUZZ_SCHEME(struct route, users);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_WORD(table);
REFUZZ_STATE(one)
{
	refcount_set(&object->users, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(find) { return route_find(object); }
REFUZZ_PUT(put) { route_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
