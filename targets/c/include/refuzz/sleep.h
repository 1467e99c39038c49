/*
 * Sleeping by hand, as <linux/sched.h> has it: say that you will sleep, look at the condition, schedule(). A task is nobody in
 * particular here: wake_up_process() wakes all who sleep so, and whoever was not meant finds his condition unfulfilled.
 */
#ifndef REFUZZ_SLEEP_H
#define REFUZZ_SLEEP_H

#include <refuzz/host.h>

#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2

/* No address: a task does not lie in the object. */
#define REFUZZ_TASKS ((const void *)~(__UINTPTR_TYPE__)0)

#define set_current_state(state)                                                                                       \
	((state) == TASK_RUNNING ? refuzz_sleep_end(REFUZZ_TASKS) : refuzz_sleep_begin(REFUZZ_TASKS))
#define __set_current_state(state) set_current_state(state)
/* Returns at once if nobody sleeps here, or has been woken since he said that he will. */
#define schedule() refuzz_sleep()
#define io_schedule() schedule()
#define wake_up_process(task) ((void)(task), refuzz_wake_sleepers(REFUZZ_TASKS), 1)

#endif
