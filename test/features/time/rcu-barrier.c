/* A callback that touches the item is waited for before that is freed. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item {
	atomic_t refs;
};

static int is_there;
static struct rcu_head head;
static void item_note(struct rcu_head *unused);

REFUZZ_SCHEME(struct item, refs);
REFUZZ_WORD(is_there);
REFUZZ_STATE(linked)
{
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
}

static void item_note(struct rcu_head *unused)
{
	(void)unused;
	atomic_inc(&refuzz_object.refs);
}

REFUZZ_ACT(look)
{
	rcu_read_lock();
	if (refuzz_linked() == REFUZZ_LIVE)
		refuzz_use();
	rcu_read_unlock();
	return REFUZZ_VOID;
}
REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	call_rcu(&head, item_note);
	/* defect: synchronize_rcu(); */
	rcu_barrier();
	kfree(object);
	return REFUZZ_GRANTED;
}
