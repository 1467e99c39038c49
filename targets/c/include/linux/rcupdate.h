#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <refuzz/host.h>
#include <asm/barrier.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/preempt.h>
#include <linux/types.h>

static inline void rcu_read_lock(void) { refuzz_rcu_read_lock(); }
static inline void rcu_read_unlock(void) { refuzz_rcu_read_unlock(); }
/* Who checks for read sections. */
#define rcu_read_lock_held() 1
#define rcu_read_lock_any_held() 1
#define RCU_LOCKDEP_WARN(condition, text) ((void)sizeof(condition))

#define rcu_read_lock_bh() rcu_read_lock()
#define rcu_read_unlock_bh() rcu_read_unlock()

/* Calls func(head) when every present reader has left. A function has one head, and may be one of up to four that run
 * later. If there are several, each is a read-side section itself, as softirqs are disabled while it runs. */
static inline void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	/* RCU would call it. */
	if (!func)
		refuzz_check_object(NULL);
	refuzz_call_rcu(head, (void (*)(void *))(void *)func);
}

/* Frees the object when every present reader has left; NULL by doing nothing. */
#define kfree_rcu(pointer, head)                                                                                       \
	do {                                                                                                           \
		__typeof__(pointer) refuzz_freed = (pointer);                                                          \
		if (refuzz_freed) {                                                                                    \
			refuzz_check_object(refuzz_freed);                                                             \
			refuzz_call_rcu(&refuzz_freed->head, (void (*)(void *))0);                                     \
		}                                                                                                      \
	} while (0)

#define rcu_dereference(pointer) READ_ONCE(pointer)
#define rcu_dereference_bh(pointer) READ_ONCE(pointer)
#define rcu_dereference_check(pointer, condition) READ_ONCE(pointer)
#define rcu_dereference_protected(pointer, condition) (pointer)
#define rcu_dereference_raw(pointer) READ_ONCE(pointer)
#define rcu_access_pointer(pointer) READ_ONCE(pointer)
#define rcu_assign_pointer(pointer, value) smp_store_release(&(pointer), (value))
#define RCU_INIT_POINTER(pointer, value) WRITE_ONCE(pointer, value)

#define call_rcu_hurry(head, func) call_rcu(head, func)

/* Notes who is in a section, and waits until all of them have left. In a section of one's own that is for ever. */
static inline void synchronize_rcu(void)
{
	refuzz_synchronize_begin((void *)0);
	refuzz_synchronize_end((void *)0);
}
#define synchronize_rcu_expedited() synchronize_rcu()
#define synchronize_net() synchronize_rcu()

/* Waits for the callbacks that are queued by now, or run; not for kfree_rcu(), which is none. */
static inline void rcu_barrier(void)
{
	if (refuzz_barrier_begin((void *)0))
		refuzz_barrier_end((void *)0);
}

DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())

#endif
