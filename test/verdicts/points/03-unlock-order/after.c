/* Two locks, let go in another order in after.c: nobody waits for that. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct group {
	atomic_t refs;
};

static DEFINE_SPINLOCK(list);
static DEFINE_SPINLOCK(stats);

static bool group_get(struct group *group)
{
	bool found;

	spin_lock(&list);
	spin_lock(&stats);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&group->refs);
	spin_unlock(&stats);
	spin_unlock(&list);
	return found;
}

static void group_put(struct group *group)
{
	if (atomic_dec_and_test(&group->refs))
		kfree(group);
}

static bool group_remove(struct group *group)
{
	bool was_there;

	spin_lock(&list);
	spin_lock(&stats);
	was_there = refuzz_linked() == REFUZZ_LIVE;
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&list);
	spin_unlock(&stats);
	if (was_there)
		group_put(group);
	return was_there;
}

REFUZZ_SCHEME(struct group, refs);
REFUZZ_WORD(list);
REFUZZ_WORD(stats);
REFUZZ_STATE(listed)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_GET(get) { return group_get(object); }
REFUZZ_PUT(put) { group_put(object); }
REFUZZ_ACT(remove) { return group_remove(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
