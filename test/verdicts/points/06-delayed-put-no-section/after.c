/*
 * Found under the lock; after.c: the table's reference goes when the readers have left, but the lookup is none of
 * them.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct item {
	atomic_t refs;
	struct rcu_head rcu;
};

static DEFINE_SPINLOCK(table);

static bool item_get(struct item *item)
{
	bool found;

	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&item->refs);
	return found;
}

static void item_put(struct item *item)
{
	if (atomic_dec_and_test(&item->refs))
		kfree(item);
}

static void item_put_rcu(struct rcu_head *head)
{
	item_put(container_of(head, struct item, rcu));
}

/* The table's own reference stays until all readers have left. */
static bool item_remove(struct item *item)
{
	bool was_there;

	spin_lock(&table);
	was_there = refuzz_linked() == REFUZZ_LIVE;
	if (was_there)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&table);
	if (was_there)
		call_rcu(&item->rcu, item_put_rcu);
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
}

REFUZZ_GET(get) { return item_get(object); }
REFUZZ_PUT(put) { item_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(remove) { return item_remove(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
