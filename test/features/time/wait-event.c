/* The last put wakes who removes the device. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/wait.h>

struct device {
	atomic_t users;
};

static int is_there;
static DECLARE_WAIT_QUEUE_HEAD(drained);

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
		/* defect: (void)0; */
		wake_up(&drained);
}
REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	wait_event(drained, atomic_read(&object->users) == 0);
	kfree(object);
	return REFUZZ_GRANTED;
}
