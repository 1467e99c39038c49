/* A timer that arms itself anew: only when it is shut down, nobody arms it again. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/timer.h>

struct item {
	atomic_t ticks;
};

static int is_there;
static void item_tick(struct timer_list *timer);
static DEFINE_TIMER(ticker, item_tick);

REFUZZ_SCHEME(struct item, ticks);
REFUZZ_WORD(is_there);
REFUZZ_STATE(idle)
{
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
}

static void item_tick(struct timer_list *timer)
{
	atomic_set(&refuzz_object.ticks, 1);
	mod_timer(timer, 100);
}

REFUZZ_ACT(start)
{
	mod_timer(&ticker, 100);
	return REFUZZ_VOID;
}
REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	/* defect: timer_delete_sync(&ticker); */
	timer_shutdown_sync(&ticker);
	kfree(object);
	return REFUZZ_GRANTED;
}
