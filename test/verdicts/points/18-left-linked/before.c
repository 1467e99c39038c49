/* A badge that its wearers share. Nobody looks it up, so whoever gives it back last frees it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct badge {
	atomic_t wearers;
	struct rcu_head rcu;
};

static void badge_share(struct badge *badge)
{
	atomic_inc(&badge->wearers);
}

static void badge_return(struct badge *badge)
{
	if (atomic_dec_and_test(&badge->wearers))
		kfree_rcu(badge, rcu);
}

REFUZZ_SCHEME(struct badge, wearers);

REFUZZ_STATE(worn, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(shared, .count = 2, .live = true, .holders = 2);

REFUZZ_DUP(share) { badge_share(object); return true; }
REFUZZ_PUT(put) { badge_return(object); }
