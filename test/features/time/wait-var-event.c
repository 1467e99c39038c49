/* The same at the address of the count. The put does not touch it any more. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

struct device {
	atomic_t users;
};

static int is_there;

REFUZZ_SCHEME(struct device, users);
REFUZZ_WORD(is_there);
REFUZZ_STATE(busy)
{
	atomic_set(&object->users, 2);
	is_there = 1;
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put)
{
	if (atomic_dec_and_test(&object->users))
		/* defect: wake_up_var(&is_there); */
		wake_up_var(&object->users);
}
REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	wait_var_event(&object->users, atomic_read(&object->users) == 0);
	kfree(object);
	return REFUZZ_GRANTED;
}
