/* Who asks whether the item is there looks at its count, and nothing keeps the item meanwhile: in both files. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct item {
	atomic_t refs;
};

static DEFINE_SPINLOCK(table);

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
	if (!atomic_dec_and_lock(&item->refs, &table))
		return;
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&table);
	kfree(item);
}

/* Whether it can be had. */
static bool item_is_there(struct item *item)
{
	return refuzz_linked() == REFUZZ_LIVE && atomic_read(&item->refs) != 0;
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_WORD(table);
REFUZZ_STATE(held)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(get) { return item_get(object); }
REFUZZ_PUT(put) { item_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(ask) { return item_is_there(object) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
