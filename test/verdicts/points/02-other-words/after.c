/* The same protocol, whose lock and functions have other names: those are nobody's business. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct item {
	atomic_t refs;
};

static DEFINE_SPINLOCK(registry);

static bool thing_get(struct item *item)
{
	bool found;

	spin_lock(&registry);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&item->refs);
	spin_unlock(&registry);
	return found;
}

static void thing_put(struct item *item)
{
	if (atomic_dec_and_test(&item->refs))
		kfree(item);
}

/* The registry has a reference of its own. */
static bool thing_remove(struct item *item)
{
	bool was_there;

	spin_lock(&registry);
	was_there = refuzz_linked() == REFUZZ_LIVE;
	if (was_there)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&registry);
	if (was_there)
		thing_put(item);
	return was_there;
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_WORD(registry);
REFUZZ_STATE(listed)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
}
REFUZZ_STATE(held)
{
	atomic_set(&object->refs, 2);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(get) { return thing_get(object); }
REFUZZ_PUT(put) { thing_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(remove) { return thing_remove(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
