/* Nothing is declared but the count: the flag, the list and the work's state are found. AFTER reads the flag when the work may have freed the item. */
#include <refuzz.h>
#include <linux/bitops.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct item { refcount_t refs; unsigned int flags; int retired; struct work_struct work; };
enum { DEAD = 1 };

static int retired;

static void item_work(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, work);

	retired++;
	kfree(item);
}

static void item_put(struct item *item)
{
	if (!refcount_dec_and_test(&item->refs))
		return;
#ifndef AFTER
	item->flags |= DEAD;
#endif
	schedule_work(&item->work);
#ifdef AFTER
	item->flags |= DEAD;
#endif
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_STATE(two)
{
	refcount_set(&object->refs, 2);
	INIT_WORK(&object->work, item_work);
	refuzz_hold(0);
	refuzz_hold(1);
}
REFUZZ_PUT(put) { item_put(object); }
REFUZZ_USE(use) { if (READ_ONCE(object->flags) & DEAD) refuzz_warn("used while dead"); }
REFUZZ_ACT(count) { return READ_ONCE(retired) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
