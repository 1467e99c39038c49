/*
 * Memory that is reused, in a table that is rehashed: who looks retries while it is moved, and once he has a reference asks
 * whether it is still the item that he meant. NO_RETRY takes the table as he finds it, NO_RECHECK the item.
 */
#include <refuzz.h>
#include <linux/bug.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/seqlock.h>
#include <linux/slab.h>

struct item { refcount_t refs; int key; };

static DEFINE_SEQLOCK(table_lock);
/* Where the item is to be found: in the table, or in the one that takes its place. */
static int is_moved;

static void item_put(struct item *item)
{
	if (refcount_dec_and_test(&item->refs)) {
		refuzz_link(REFUZZ_NOWHERE);
		kfree(item);
	}
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_STATE(linked)
{
	refcount_set(&object->refs, 1);
	object->key = 1;
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}
REFUZZ_REUSE
{
	WRITE_ONCE(object->key, 2);
	refcount_set(&object->refs, 1);
	if (refcount_dec_and_test(&object->refs))
		kfree(object);
}

/* Under the lock it is nowhere for a moment. */
REFUZZ_USE(rehash)
{
	write_seqlock(&table_lock);
	refuzz_link(REFUZZ_NOWHERE);
	WRITE_ONCE(is_moved, !READ_ONCE(is_moved));
	refuzz_link(READ_ONCE(is_moved) ? REFUZZ_TRASH : REFUZZ_LIVE);
	write_sequnlock(&table_lock);
}

static bool is_in_table(void)
{
	unsigned int seq;
	int place;

	do {
		seq = read_seqbegin(&table_lock);
		place = READ_ONCE(is_moved) ? REFUZZ_TRASH : REFUZZ_LIVE;
		place = refuzz_linked() == place;
#ifdef NO_RETRY
		break;
#endif
	} while (read_seqretry(&table_lock, seq));
	return place;
}

REFUZZ_GET(find)
{
	bool got;

	rcu_read_lock();
	got = is_in_table() && refcount_inc_not_zero(&object->refs);
#ifndef NO_RECHECK
	if (got && READ_ONCE(object->key) != 1) {
		got = false;
		if (refcount_dec_and_test(&object->refs))
			kfree(object);
	}
#endif
	rcu_read_unlock();
	return got;
}
/* Who holds the item finds it. */
REFUZZ_USE(find_again)
{
	rcu_read_lock();
	BUG_ON(!is_in_table());
	rcu_read_unlock();
}
REFUZZ_PUT(put) { item_put(object); }
