/*
 * A wait queue has nothing that a protocol could see, and need not be declared: its waiters look at their condition again
 * and again. But wake_up() touches it, after the condition has been set; so who has seen the condition must not free it.
 */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <refuzz/host.h>
#include <linux/compiler.h>

typedef struct wait_queue_head {
	int refuzz_sleepers;
} wait_queue_head_t;

#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name = { 0 }
#define init_waitqueue_head(queue) ((void)(queue))

#define wake_up(queue) refuzz_touch(queue)
#define wake_up_all(queue) wake_up(queue)
#define wake_up_interruptible(queue) wake_up(queue)
#define wake_up_interruptible_all(queue) wake_up(queue)

/* The condition reads declared words: nothing else could change while it waits. */
#define wait_event(queue, condition)                                                                                   \
	do {                                                                                                           \
		(void)&(queue);                                                                                        \
		while (!(condition))                                                                                   \
			barrier();                                                                                     \
	} while (0)

#endif
