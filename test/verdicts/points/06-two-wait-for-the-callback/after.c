/* Nothing to wait for; after.c: who settles waits for a callback, in a loop, and two of them use the one head there is. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item {
	atomic_t refs;
};

static struct rcu_head head;
static DECLARE_COMPLETION(settled);

static void settle(struct rcu_head *unused)
{
	(void)unused;
	complete(&settled);
}

static void item_put(struct item *item)
{
	if (atomic_dec_and_test(&item->refs))
		kfree(item);
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_WORD(settled);
REFUZZ_STATE(two)
{
	atomic_set(&object->refs, 2);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put) { item_put(object); }
REFUZZ_ACT(settle)
{
	call_rcu(&head, settle);
	wait_for_completion(&settled);
	return REFUZZ_VOID;
}
