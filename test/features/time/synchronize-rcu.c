/* Readers look at the item without a reference: who frees it waits until all have left who may have found it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item {
	atomic_t looks;
};

static int is_there;

REFUZZ_SCHEME(struct item, looks);
REFUZZ_WORD(is_there);
REFUZZ_STATE(linked)
{
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_ACT(look)
{
	rcu_read_lock();
	if (refuzz_linked() == REFUZZ_LIVE)
		atomic_inc(&object->looks);
	rcu_read_unlock();
	return REFUZZ_VOID;
}
REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	/* defect: (void)0; */
	synchronize_rcu();
	kfree(object);
	return REFUZZ_GRANTED;
}
