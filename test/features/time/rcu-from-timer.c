/* A timer retires the item, and RCU frees it when the readers have left. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timer.h>

struct item {
	atomic_t refs;
	struct timer_list timer;
	struct rcu_head rcu;
};

static int is_there;

static void item_free(struct rcu_head *rcu) { kfree(container_of(rcu, struct item, rcu)); }

static void item_expire(struct timer_list *t)
{
	struct item *item = from_timer(item, t, timer);

	refuzz_link(REFUZZ_NOWHERE);
	/* defect: kfree(item); */
	call_rcu(&item->rcu, item_free);
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_WORD(is_there);
REFUZZ_STATE(idle)
{
	is_there = 1;
	timer_setup(&object->timer, item_expire, 0);
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_ACT(retire)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	mod_timer(&object->timer, 100);
	return REFUZZ_GRANTED;
}
REFUZZ_ACT(look)
{
	rcu_read_lock();
	if (refuzz_linked() == REFUZZ_LIVE)
		refuzz_use();
	rcu_read_unlock();
	return REFUZZ_VOID;
}
