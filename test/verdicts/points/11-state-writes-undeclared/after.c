/* A state sets a static that is not declared: it is a word all the same, and ops see what the state has set. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct item {
	atomic_t refs;
};

static DEFINE_SPINLOCK(table);
static int limit = 1;

static bool item_get(struct item *item)
{
	bool found;

	spin_lock(&table);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&item->refs);
	spin_unlock(&table);
	return found;
}

static void item_put(struct item *item)
{
	if (atomic_dec_and_test(&item->refs))
		kfree(item);
}

/* The table has a reference of its own. */
static bool item_remove(struct item *item)
{
	bool was_there;

	spin_lock(&table);
	was_there = refuzz_linked() == REFUZZ_LIVE;
	if (was_there)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&table);
	if (was_there)
		item_put(item);
	return was_there;
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_WORD(table);
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
	limit = 2;
}

REFUZZ_GET(get) { return item_get(object); }
REFUZZ_PUT(put) { item_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(full)
{
	if (refuzz_linked() != REFUZZ_LIVE)
		return REFUZZ_VOID;
	return READ_ONCE(limit) == 1 ? REFUZZ_GRANTED : REFUZZ_REFUSED;
}
REFUZZ_ACT(remove) { return item_remove(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
