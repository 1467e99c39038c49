/* A work must not wait for itself. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct item {
	atomic_t refs;
	struct work_struct work;
};

static void item_work(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, work);

	/* defect: cancel_work_sync(work); */
	(void)work_pending(work);
	if (atomic_dec_and_test(&item->refs))
		kfree(item);
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_STATE(two)
{
	atomic_set(&object->refs, 2);
	INIT_WORK(&object->work, item_work);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put)
{
	if (atomic_dec_and_test(&object->refs))
		kfree(object);
}
REFUZZ_USE(kick)
{
	atomic_inc(&object->refs);
	if (!schedule_work(&object->work))
		atomic_dec(&object->refs);
}
