/* A timer may run on while it is deleted: who frees its memory waits for it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/timer.h>

struct item {
	atomic_t ticks;
	struct timer_list timer;
};

static int is_there;

static void item_tick(struct timer_list *t)
{
	struct item *item = from_timer(item, t, timer);

	atomic_inc(&item->ticks);
	atomic_inc(&item->ticks);
}

REFUZZ_SCHEME(struct item, ticks);
REFUZZ_WORD(is_there);
REFUZZ_STATE(idle)
{
	is_there = 1;
	timer_setup(&object->timer, item_tick, 0);
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	mod_timer(&object->timer, 100);
	refuzz_link(REFUZZ_NOWHERE);
	/* defect: timer_delete(&object->timer); */
	timer_delete_sync(&object->timer);
	kfree(object);
	return REFUZZ_GRANTED;
}
