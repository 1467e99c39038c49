/* A route counts its users but not its table. Who drops below 0 was the last of all, the table among them, and frees it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct route {
	atomic_t extra;
};

static DEFINE_SPINLOCK(table_lock);

static bool route_get(struct route *route)
{
	bool found;

	spin_lock(&table_lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&route->extra);
	spin_unlock(&table_lock);
	return found;
}

static void route_put(struct route *route)
{
	if (atomic_dec_return(&route->extra) < 0)
		kfree(route);
}

static bool route_delete(struct route *route)
{
	bool found;

	spin_lock(&table_lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&table_lock);
	if (found)
		route_put(route);
	return found;
}

REFUZZ_SCHEME(struct route, extra);

REFUZZ_STATE(idle, .live = true);
REFUZZ_STATE(used, .count = 1, .live = true, .holders = 1);

REFUZZ_GET(get) { return route_get(object); }
REFUZZ_PUT(put) { route_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(delete) { return route_delete(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
