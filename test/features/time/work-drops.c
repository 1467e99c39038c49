/* A work that is queued holds a reference, and drops it. Who finds it queued already must not take another. */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct item {
	refcount_t refs;
	struct work_struct work;
};

static void item_put(struct item *item)
{
	if (refcount_dec_and_test(&item->refs))
		kfree(item);
}

static void item_work(struct work_struct *work)
{
	item_put(container_of(work, struct item, work));
}

static void item_kick(struct item *item)
{
	refcount_inc(&item->refs);
	/* defect: schedule_work(&item->work); */
	if (!schedule_work(&item->work)) item_put(item);
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
REFUZZ_USE(kick) { item_kick(object); }
