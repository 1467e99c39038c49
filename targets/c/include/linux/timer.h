/*
 * Timers: each function has a thread of its own, which runs it once each time the timer is armed, at any time from then on: the
 * time of expiry says nothing. It may arm its timer anew; once the threads of a program are done, one that does so for ever
 * is no thread that never ends. A timer that is armed already stays so.
 *
 * A timer has one function, and a function one timer. timer_setup() is no access: call it in the REFUZZ_STATEs, or where the
 * timer is first armed. Readers of RCU do not hold a timer up; the function is itself a read-side section, for softirqs are
 * disabled while it runs.
 */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <refuzz/host.h>
#include <linux/container_of.h>
#include <linux/jiffies.h>
#include <linux/types.h>

struct timer_list {
	void (*function)(struct timer_list *timer);
	unsigned long expires;
};

#ifdef __wasm__
#define REFUZZ_LATER_EXPORT(name) __attribute__((export_name("later " #name)))
#else
#define REFUZZ_LATER_EXPORT(name)
#endif

#define TIMER_DEFERRABLE 0
#define TIMER_PINNED 0
#define TIMER_IRQSAFE 0

#define timer_setup(timer, callback, flags)                                                                            \
	((void)(flags), refuzz_init_timer((timer), (void (*)(void *))(void *)(callback)))
#define DEFINE_TIMER(name, callback)                                                                                   \
	struct timer_list name;                                                                                        \
	REFUZZ_LATER_EXPORT(name) void refuzz_later_##name(void) { timer_setup(&name, callback, 0); }                  \
	_Static_assert(1, "")
#define timer_container_of(var, timer, member) container_of(timer, __typeof__(*var), member)
#define from_timer(var, timer, member) timer_container_of(var, timer, member)

/* Returns whether it was armed. */
#define mod_timer(timer, expires) ((void)(expires), refuzz_arm(timer))
#define mod_timer_pending(timer, expires) ((void)(expires), timer_pending(timer))
#define timer_reduce(timer, expires) mod_timer(timer, expires)
#define add_timer(timer) ((void)refuzz_arm(timer))
#define add_timer_on(timer, cpu) ((void)(cpu), add_timer(timer))
static inline int timer_pending(const struct timer_list *timer) { return refuzz_armed(timer) & 1; }

/* Return whether it was armed; the function may run on. */
static inline int timer_delete(struct timer_list *timer) { return refuzz_cancel(timer, 0); }
static inline int timer_shutdown(struct timer_list *timer) { return refuzz_cancel(timer, REFUZZ_SHUT); }
/* One access, which can only be made while the function does not run. To call it from the function waits for ever. */
static inline int timer_delete_sync(struct timer_list *timer) { return refuzz_cancel(timer, REFUZZ_WHILE_IDLE); }
static inline int timer_shutdown_sync(struct timer_list *timer)
{
	return refuzz_cancel(timer, REFUZZ_WHILE_IDLE | REFUZZ_SHUT);
}
/* -1 while the function runs. */
static inline int try_to_del_timer_sync(struct timer_list *timer)
{
	return (refuzz_armed(timer) & 2) ? -1 : timer_delete(timer);
}
#define timer_delete_sync_try(timer) try_to_del_timer_sync(timer)
#define del_timer(timer) timer_delete(timer)
#define del_timer_sync(timer) timer_delete_sync(timer)

#endif
