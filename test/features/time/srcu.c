/* Readers of an srcu_struct are waited for with it: a grace period of RCU says nothing of them. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/srcu.h>

struct item {
	atomic_t looks;
};

static int is_there;
DEFINE_STATIC_SRCU(items);

REFUZZ_SCHEME(struct item, looks);
REFUZZ_WORD(is_there);
REFUZZ_STATE(linked)
{
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_ACT(look)
{
	int index = srcu_read_lock(&items);

	if (refuzz_linked() == REFUZZ_LIVE)
		atomic_inc(&object->looks);
	srcu_read_unlock(&items, index);
	return REFUZZ_VOID;
}
REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	/* defect: synchronize_rcu(); */
	synchronize_srcu(&items);
	kfree(object);
	return REFUZZ_GRANTED;
}
