/* A zone has a name and a number. By name it is found under RCU, by number under the lock; a cache of one holds it as well. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct zone {
	atomic_t refs;
	bool cached;
	struct rcu_head rcu;
};

static DEFINE_SPINLOCK(zone_lock);

static void zone_put(struct zone *zone)
{
	if (atomic_dec_and_test(&zone->refs))
		kfree_rcu(zone, rcu);
}

static bool zone_by_name(struct zone *zone)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE && atomic_inc_not_zero(&zone->refs);
	rcu_read_unlock();
	return found;
}

/* Whoever is listed has the reference of the list. */
static bool zone_by_number(struct zone *zone)
{
	bool found;

	spin_lock(&zone_lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&zone->refs);
	spin_unlock(&zone_lock);
	return found;
}

static enum refuzz_outcome zone_cache(struct zone *zone)
{
	enum refuzz_outcome outcome = REFUZZ_VOID;

	spin_lock(&zone_lock);
	if (refuzz_linked() == REFUZZ_LIVE && !zone->cached) {
		atomic_inc(&zone->refs);
		zone->cached = true;
		outcome = REFUZZ_GRANTED;
	}
	spin_unlock(&zone_lock);
	return outcome;
}

static enum refuzz_outcome zone_remove(struct zone *zone)
{
	bool was_listed, was_cached = false;

	spin_lock(&zone_lock);
	was_listed = refuzz_linked() == REFUZZ_LIVE;
	if (was_listed) {
		refuzz_link(REFUZZ_NOWHERE);
		was_cached = zone->cached;
	}
	spin_unlock(&zone_lock);
	if (!was_listed)
		return REFUZZ_VOID;
	if (was_cached)
		zone_put(zone);
	zone_put(zone);
	return REFUZZ_GRANTED;
}

REFUZZ_SCHEME(struct zone, refs);

REFUZZ_STATE(listed, .count = 1, .live = true);
REFUZZ_STATE(cached, .count = 2, .live = true, .object.cached = true);
REFUZZ_STATE(held, .count = 2, .live = true, .holders = 1);

REFUZZ_GET(by_name) { return zone_by_name(object); }
REFUZZ_GET(by_number) { return zone_by_number(object); }
REFUZZ_PUT(put) { zone_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(cache) { return zone_cache(object); }
REFUZZ_ACT(remove) { return zone_remove(object); }
