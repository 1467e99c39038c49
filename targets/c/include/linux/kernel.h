#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/printk.h>
#include <linux/types.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define REFUZZ_CHOOSE(one, other, compare)                                                                            \
	({                                                                                                             \
		__typeof__(one) refuzz_one = (one);                                                                    \
		__typeof__(other) refuzz_other = (other);                                                              \
		refuzz_one compare refuzz_other ? refuzz_one : refuzz_other;                                           \
	})
#define min(one, other) REFUZZ_CHOOSE(one, other, <)
#define max(one, other) REFUZZ_CHOOSE(one, other, >)

#define might_sleep() ((void)0)
#define cond_resched() ((void)0)
#define cpu_relax() barrier()

#endif
