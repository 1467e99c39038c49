/* Sleeping by hand: who looks at the condition before he says that he will sleep misses the wake-up between the two. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/wait.h>

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
		wake_up_process(NULL);
}
REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	for (;;) {
		/* defect: if (atomic_read(&object->users) == 0) break; set_current_state(TASK_UNINTERRUPTIBLE); schedule(); continue; */
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (atomic_read(&object->users) == 0)
			break;
		schedule();
	}
	set_current_state(TASK_RUNNING);
	kfree(object);
	return REFUZZ_GRANTED;
}
