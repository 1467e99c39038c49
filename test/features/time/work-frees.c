/* The last put leaves the free to a work. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct item {
	atomic_t refs;
	struct work_struct work;
};

static void item_free(struct work_struct *work)
{
	kfree(container_of(work, struct item, work));
}

static void item_put(struct item *item)
{
	if (atomic_dec_and_test(&item->refs)) {
		INIT_WORK(&item->work, item_free);
		schedule_work(&item->work);
		/* defect: atomic_read(&item->refs); */

	}
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_STATE(two)
{
	atomic_set(&object->refs, 2);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put) { item_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
