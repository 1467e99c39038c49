/*
 * Works: each function has a thread of its own, which runs it once each time it is queued, at any time from then on; a delay
 * says nothing. A work is queued at most once: to queue it again before it begins does nothing, and once it has begun it may
 * be queued anew. One work never runs twice at once. Its function may free it: nothing touches it after.
 *
 * A work has one function, and a function one work. INIT_WORK() is no access: call it in the REFUZZ_STATEs, or where the work
 * is first queued.
 */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <refuzz/host.h>
#include <linux/timer.h>
#include <linux/types.h>

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	work_func_t func;
};

struct delayed_work {
	struct work_struct work;
};

struct rcu_work {
	struct work_struct work;
	struct rcu_head rcu;
};

struct workqueue_struct {
	int refuzz_none;
};

static inline struct delayed_work *to_delayed_work(struct work_struct *work) { return (struct delayed_work *)work; }

#define INIT_WORK(item, function) refuzz_init_work((item), (void (*)(void *))(void *)(function))
#define INIT_DELAYED_WORK(item, function) INIT_WORK(&(item)->work, function)
#define INIT_DEFERRABLE_WORK(item, function) INIT_DELAYED_WORK(item, function)
#define REFUZZ_DECLARE_LATER(name, init)                                                                               \
	REFUZZ_LATER_EXPORT(name) void refuzz_later_##name(void) { init; }                                             \
	_Static_assert(1, "")
#define DECLARE_WORK(name, function)                                                                                   \
	struct work_struct name;                                                                                       \
	REFUZZ_DECLARE_LATER(name, INIT_WORK(&name, function))
#define DECLARE_DELAYED_WORK(name, function)                                                                           \
	struct delayed_work name;                                                                                      \
	REFUZZ_DECLARE_LATER(name, INIT_DELAYED_WORK(&name, function))

/* Queues are all alike: works of several wait for none of them. */
static struct workqueue_struct refuzz_queue __attribute__((unused));
#define system_wq (&refuzz_queue)
#define system_highpri_wq system_wq
#define system_long_wq system_wq
#define system_unbound_wq system_wq
#define system_freezable_wq system_wq
#define system_power_efficient_wq system_wq

static inline bool schedule_work(struct work_struct *work) { return !refuzz_arm(work); }
#define queue_work(queue, work) ((void)(queue), schedule_work(work))
#define queue_work_on(cpu, queue, work) ((void)(cpu), queue_work(queue, work))
#define schedule_work_on(cpu, work) ((void)(cpu), schedule_work(work))
#define schedule_delayed_work(item, delay) ((void)(delay), schedule_work(&(item)->work))
#define queue_delayed_work(queue, item, delay) ((void)(queue), schedule_delayed_work(item, delay))
#define queue_delayed_work_on(cpu, queue, item, delay) ((void)(cpu), queue_delayed_work(queue, item, delay))
/* Returns whether it was queued before; the time that is moved is none. */
#define mod_delayed_work(queue, item, delay) ((void)(queue), (void)(delay), (bool)refuzz_arm(&(item)->work))

#define work_pending(work) ((refuzz_armed(work) & 1) != 0)
#define delayed_work_pending(item) work_pending(&(item)->work)
#define work_busy(work) refuzz_armed(work)

/* Takes it out of the queue; it may run on. */
static inline bool cancel_work(struct work_struct *work) { return refuzz_cancel(work, 0); }
/*
 * Two accesses: takes it out of the queue, and nobody can queue it; when it does not run any more, that is possible again. To
 * call it from the work itself waits for ever.
 */
static inline bool cancel_work_sync(struct work_struct *work)
{
	bool was = refuzz_cancel(work, REFUZZ_DISABLE);

	refuzz_cancel(work, REFUZZ_WHILE_IDLE | REFUZZ_ENABLE);
	return was;
}
static inline bool disable_work(struct work_struct *work) { return refuzz_cancel(work, REFUZZ_DISABLE); }
static inline bool disable_work_sync(struct work_struct *work)
{
	bool was = refuzz_cancel(work, REFUZZ_DISABLE);

	refuzz_cancel(work, REFUZZ_WHILE_IDLE);
	return was;
}
static inline bool enable_work(struct work_struct *work)
{
	refuzz_cancel(work, REFUZZ_ENABLE);
	return true;
}
/* Waits for the run that is due, or else for the one under way; for none that comes later. */
static inline bool flush_work(struct work_struct *work)
{
	if (!refuzz_flush_begin(work))
		return false;
	refuzz_flush_end(work);
	return true;
}
#define cancel_delayed_work(item) cancel_work(&(item)->work)
#define cancel_delayed_work_sync(item) cancel_work_sync(&(item)->work)
#define disable_delayed_work(item) disable_work(&(item)->work)
#define disable_delayed_work_sync(item) disable_work_sync(&(item)->work)
#define enable_delayed_work(item) enable_work(&(item)->work)
/* It runs at once; that it does so at all is what is waited for. */
#define flush_delayed_work(item) flush_work(&(item)->work)

/* To use one is an error that says so: refuzz follows works, not queues. */
void flush_workqueue(struct workqueue_struct *queue)
	__attribute__((unavailable("a queue as a whole is not modelled: flush_work() each of its works")));
void drain_workqueue(struct workqueue_struct *queue)
	__attribute__((unavailable("a queue as a whole is not modelled: flush_work() each of its works")));

#endif
