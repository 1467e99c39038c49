/*
 * Waiting for a condition. Who waits looks at it, comes into the queue, looks once more, and sleeps until somebody wakes the
 * queue; so a wake-up that somebody forgot is found. wake_up() touches the queue, after the condition has been set: who has
 * seen the condition without having slept must not free it. It wakes all, for whoever is woken for nothing sleeps again.
 *
 * Signals do not come, and no time runs out.
 */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <refuzz/host.h>
#include <refuzz/sleep.h>
#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/spinlock.h>

typedef struct wait_queue_head {
	int refuzz_sleepers;
} wait_queue_head_t;

struct wait_queue_entry {
	int refuzz_entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;

#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name = { 0 }
#define init_waitqueue_head(queue) ((void)(queue))

#define wake_up(queue) refuzz_wake_sleepers(queue)
#define wake_up_all(queue) wake_up(queue)
#define wake_up_nr(queue, nr) ((void)(nr), wake_up(queue))
#define wake_up_locked(queue) wake_up(queue)
#define wake_up_interruptible(queue) wake_up(queue)
#define wake_up_interruptible_all(queue) wake_up(queue)
#define wake_up_interruptible_sync(queue) wake_up(queue)
#define wake_up_poll(queue, events) ((void)(events), wake_up(queue))

/* The condition reads words: nothing else could change while it waits. */
#define REFUZZ_WAIT_AT(place, condition)                                                                               \
	do {                                                                                                           \
		const void *refuzz_place = (place);                                                                    \
                                                                                                                       \
		if (condition)                                                                                         \
			break;                                                                                         \
		for (;;) {                                                                                             \
			refuzz_sleep_begin(refuzz_place);                                                              \
			if (condition) {                                                                               \
				refuzz_sleep_end(refuzz_place);                                                        \
				break;                                                                                 \
			}                                                                                              \
			refuzz_sleep();                                                                                \
		}                                                                                                      \
	} while (0)

#define wait_event(queue, condition) REFUZZ_WAIT_AT(&(queue), condition)
#define wait_event_interruptible(queue, condition) ({ wait_event(queue, condition); 0; })
#define wait_event_killable(queue, condition) ({ wait_event(queue, condition); 0; })
#define wait_event_freezable(queue, condition) ({ wait_event(queue, condition); 0; })
#define wait_event_idle(queue, condition) wait_event(queue, condition)

/* The lock is given up for the sleep alone. */
#define wait_event_lock_irq(queue, condition, lock)                                                                    \
	do {                                                                                                           \
		if (condition)                                                                                         \
			break;                                                                                         \
		for (;;) {                                                                                             \
			refuzz_sleep_begin(&(queue));                                                                  \
			if (condition) {                                                                               \
				refuzz_sleep_end(&(queue));                                                            \
				break;                                                                                 \
			}                                                                                              \
			spin_unlock_irq(&(lock));                                                                      \
			refuzz_sleep();                                                                                \
			spin_lock_irq(&(lock));                                                                        \
		}                                                                                                      \
	} while (0)

/* The same by hand: prepare, look, schedule, finish. */
#define DEFINE_WAIT(name) struct wait_queue_entry name = { 0 }
#define init_wait(entry) ((void)(entry))
#define prepare_to_wait(queue, entry, state) ((void)(entry), (void)(state), refuzz_sleep_begin(queue))
#define prepare_to_wait_exclusive(queue, entry, state) prepare_to_wait(queue, entry, state)
#define finish_wait(queue, entry) ((void)(entry), refuzz_sleep_end(queue))

#endif
