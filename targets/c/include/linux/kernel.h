#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/instruction_pointer.h>
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

#define min_t(type, one, other) REFUZZ_CHOOSE((type)(one), (type)(other), <)
#define max_t(type, one, other) REFUZZ_CHOOSE((type)(one), (type)(other), >)
#define clamp(value, low, high) min(max(value, low), high)
#define swap(one, other)                                                                                               \
	do {                                                                                                           \
		__typeof__(one) refuzz_kept = (one);                                                                   \
		(one) = (other);                                                                                       \
		(other) = refuzz_kept;                                                                                 \
	} while (0)
#define round_up(number, to) ((((number) - 1) | ((__typeof__(number))(to) - 1)) + 1)
#define round_down(number, to) ((number) & ~((__typeof__(number))(to) - 1))
#define ALIGN(number, to) round_up(number, to)
#define struct_size(pointer, member, count) (sizeof(*(pointer)) + sizeof((pointer)->member[0]) * (count))
#define struct_group(name, ...) union { struct { __VA_ARGS__ }; struct { __VA_ARGS__ } name; }
#define DIV_ROUND_UP(number, by) (((number) + (by) - 1) / (by))

#define might_sleep() ((void)0)
#define might_sleep_if(condition) ((void)(condition))
#define cond_resched() ((void)0)
#define cpu_relax() barrier()

#endif
