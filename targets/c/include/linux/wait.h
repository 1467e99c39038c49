/*
 * A wait queue counts how often it was woken, if it is a declared word: one of DECLARE_WAIT_QUEUE_HEAD() is, one in the object
 * is when REFUZZ_FIELD names it. Who waits there looks at his condition when he is woken, and a wake-up that somebody forgot is
 * found. At any other queue waiters look again and again. wake_up() touches the queue, after the condition has been set; so who
 * has seen the condition must not free it.
 */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <refuzz/host.h>
#include <linux/compiler.h>

typedef struct wait_queue_head {
	int refuzz_sleepers;
} wait_queue_head_t;

#ifdef __wasm__
#define REFUZZ_QUEUE_EXPORT(name) __attribute__((export_name("queue " #name)))
#else
#define REFUZZ_QUEUE_EXPORT(name)
#endif
#define DECLARE_WAIT_QUEUE_HEAD(name)                                                                                  \
	wait_queue_head_t name = { 0 };                                                                                \
	REFUZZ_QUEUE_EXPORT(name) void *refuzz_queue_##name(void) { return (void *)&name; }                            \
	_Static_assert(1, "")
#define init_waitqueue_head(queue) ((void)(queue))

#define wake_up(queue) refuzz_wake(queue)
#define wake_up_all(queue) wake_up(queue)
#define wake_up_interruptible(queue) wake_up(queue)
#define wake_up_interruptible_all(queue) wake_up(queue)

/*
 * The condition reads declared words: nothing else could change while it waits. It is read once more after the thread has
 * come into the queue, so that no wake-up falls between the two.
 */
#define wait_event(queue, condition)                                                                                   \
	do {                                                                                                           \
		int refuzz_woken;                                                                                      \
                                                                                                                       \
		if (condition)                                                                                         \
			break;                                                                                         \
		for (;;) {                                                                                             \
			refuzz_woken = refuzz_wake_ups(&(queue));                                                      \
			if (condition)                                                                                 \
				break;                                                                                 \
			while (refuzz_woken >= 0 && refuzz_wake_ups(&(queue)) == refuzz_woken)                         \
				barrier();                                                                             \
		}                                                                                                      \
	} while (0)

#endif
