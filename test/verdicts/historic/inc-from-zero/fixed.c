/*
 * A cache of entries, and a shrinker that frees those without a user.
 *
 * The cache counts as a user: the shrinker takes the last reference, or none.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct entry {
	atomic_t users;
	struct rcu_head rcu;
};

static DEFINE_SPINLOCK(cache);

static bool entry_find(struct entry *entry)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE && atomic_inc_not_zero(&entry->users);
	rcu_read_unlock();
	return found;
}

static void entry_put(struct entry *entry)
{
	atomic_dec(&entry->users);
}

static enum refuzz_outcome entry_shrink(struct entry *entry)
{
	enum refuzz_outcome outcome = REFUZZ_VOID;

	spin_lock(&cache);
	if (refuzz_linked() == REFUZZ_LIVE) {
		outcome = REFUZZ_REFUSED;
		if (atomic_cmpxchg(&entry->users, 1, 0) == 1) {
			refuzz_link(REFUZZ_NOWHERE);
			kfree_rcu(entry, rcu);
			outcome = REFUZZ_GRANTED;
		}
	}
	spin_unlock(&cache);
	return outcome;
}

REFUZZ_SCHEME(struct entry, users);
REFUZZ_BIAS(1);
REFUZZ_WORD(cache);
REFUZZ_STATE(unused)
{
	atomic_set(&object->users, 1);
	refuzz_link(REFUZZ_LIVE);
}
REFUZZ_STATE(used)
{
	atomic_set(&object->users, 2);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(find) { return entry_find(object); }
REFUZZ_PUT(put) { entry_put(object); }
REFUZZ_ACT(shrink) { return entry_shrink(object); }
