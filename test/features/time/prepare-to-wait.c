/* A wait queue by hand. */
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
		wake_up(&drained);
}
REFUZZ_ACT(remove)
{
	DEFINE_WAIT(wait);

	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	prepare_to_wait(&drained, &wait, TASK_UNINTERRUPTIBLE);
	/* defect: if (atomic_read(&object->users) > 1) */
	if (atomic_read(&object->users) > 0)
		schedule();
	finish_wait(&drained, &wait);
	kfree(object);
	return REFUZZ_GRANTED;
}
