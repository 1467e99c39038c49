/* A work that queues itself anew until it is the last who holds, and frees then. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct item {
	atomic_t refs;
	struct delayed_work reaper;
};

static void item_reap(struct work_struct *work)
{
	struct item *item = container_of(to_delayed_work(work), struct item, reaper);

	/* defect: if (atomic_read(&item->refs) > 2) */
	if (atomic_read(&item->refs) > 1)
		schedule_delayed_work(&item->reaper, 10);
	else {
		refuzz_link(REFUZZ_NOWHERE);
		kfree(item);
	}
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_STATE(two)
{
	atomic_set(&object->refs, 2);
	INIT_DELAYED_WORK(&object->reaper, item_reap);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_PUT(put) { atomic_dec(&object->refs); }
REFUZZ_USE(retire) { schedule_delayed_work(&object->reaper, 10); }
