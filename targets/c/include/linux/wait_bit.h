/*
 * Waiting at the address of a variable: wake_up_var() wakes who waits there, and at another address nobody. It does not look at
 * the variable, so that may be gone by then. In the kernel the queues are shared, and who waits elsewhere may be woken for
 * nothing; nobody may rely on that.
 */
#ifndef _LINUX_WAIT_BIT_H
#define _LINUX_WAIT_BIT_H

#include <refuzz/host.h>
#include <linux/wait.h>

/* The address as such: the queue does not lie in the object, if the variable does. */
#define REFUZZ_VAR_QUEUE(var) ((const void *)~(uintptr_t)(var))

#define wait_var_event(var, condition) REFUZZ_WAIT_AT(REFUZZ_VAR_QUEUE(var), condition)
#define wait_var_event_interruptible(var, condition) ({ wait_var_event(var, condition); 0; })
#define wait_var_event_killable(var, condition) ({ wait_var_event(var, condition); 0; })
#define wake_up_var(var) refuzz_wake_sleepers(REFUZZ_VAR_QUEUE(var))

#define wait_on_bit(word, bit, mode)                                                                                   \
	({                                                                                                             \
		const volatile unsigned long *refuzz_word = (word);                                                    \
		int refuzz_bit = (bit);                                                                                \
		(void)(mode);                                                                                          \
		wait_var_event(refuzz_word, !(READ_ONCE(*refuzz_word) >> refuzz_bit & 1));                             \
		0;                                                                                                     \
	})
#define wake_up_bit(word, bit) ((void)(bit), wake_up_var(word))

#endif
