/* flush_work() waits for the run that is due; without it the work meets freed memory. */
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
	atomic_inc(&container_of(work, struct item, work)->events);
}

REFUZZ_SCHEME(struct item, events);
REFUZZ_WORD(is_there);
REFUZZ_STATE(idle)
{
	is_there = 1;
	INIT_WORK(&object->work, item_work);
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	schedule_work(&object->work);
	refuzz_link(REFUZZ_NOWHERE);
	/* defect: (void)work_pending(&object->work); */
	flush_work(&object->work);
	kfree(object);
	return REFUZZ_GRANTED;
}
