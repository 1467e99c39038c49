#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <refuzz/host.h>
#include <asm/barrier.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
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

/* Calls func(head) when every present reader has left. A source has one such function, and one head. */
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

DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())

/* To use one is an error that says so. */
void synchronize_rcu(void) __attribute__((unavailable("synchronize_rcu is not modelled: use call_rcu")));
void rcu_barrier(void) __attribute__((unavailable("rcu_barrier is not modelled")));

#endif
