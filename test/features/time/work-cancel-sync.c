/* Who removes the item waits for its work first: cancel_work() would let it run on. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct item {
	atomic_t events;
	struct work_struct work;
};

static int is_there;

static void item_work(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, work);

	atomic_set(&item->events, 0);
	atomic_inc(&item->events);
}

REFUZZ_SCHEME(struct item, events);
REFUZZ_WORD(is_there);
REFUZZ_STATE(queued)
{
	is_there = 1;
	INIT_WORK(&object->work, item_work);
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_ACT(kick_and_remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	schedule_work(&object->work);
	refuzz_link(REFUZZ_NOWHERE);
	/* defect: cancel_work(&object->work); */
	cancel_work_sync(&object->work);
	kfree(object);
	return REFUZZ_GRANTED;
}
