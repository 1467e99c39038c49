/* A work that is disabled cannot be queued by anybody until it is enabled: so nobody queues it once it has been waited for. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct item {
	atomic_t events;
};

static int is_there;
static struct item *the_item(void);
static void item_work(struct work_struct *work);
static DECLARE_WORK(work, item_work);

REFUZZ_SCHEME(struct item, events);
REFUZZ_WORD(is_there);
REFUZZ_STATE(idle)
{
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
}

static struct item *the_item(void) { return &refuzz_object; }
static void item_work(struct work_struct *unused)
{
	(void)unused;
	atomic_inc(&the_item()->events);
}

REFUZZ_ACT(kick) { return schedule_work(&work) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	/* defect: cancel_work_sync(&work); */
	disable_work_sync(&work);
	kfree(object);
	return REFUZZ_GRANTED;
}
