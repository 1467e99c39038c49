/*
 * Reports of misuse. WARN_ONCE and WARN_ON_ONCE report every time: whether an op warns must not depend on what ran before
 * it, or a program would show its warnings only to whoever runs it first.
 *
 * The text of a report is the format as written; values are not filled in. BUG stops the op, which is then a trap.
 */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <refuzz/host.h>
#include <linux/compiler.h>
#include <linux/printk.h>
#include <linux/types.h>

#define REFUZZ_WARN_IF(condition, text, ...)                                                                           \
	({                                                                                                             \
		bool refuzz_is_wrong = !!(condition);                                                                  \
		if (unlikely(refuzz_is_wrong)) {                                                                       \
			refuzz_warn(text);                                                                             \
			refuzz_drop("" __VA_OPT__(,) __VA_ARGS__);                                                     \
		}                                                                                                      \
		(bool)unlikely(refuzz_is_wrong);                                                                       \
	})

#define WARN(condition, format, ...) REFUZZ_WARN_IF(condition, format, __VA_ARGS__)
#define WARN_ONCE(condition, format, ...) REFUZZ_WARN_IF(condition, format, __VA_ARGS__)
/* One text for both, so that a change from one to the other is no divergence. */
#define WARN_ON(condition) REFUZZ_WARN_IF(condition, "WARN_ON(" #condition ")")
#define WARN_ON_ONCE(condition) REFUZZ_WARN_IF(condition, "WARN_ON(" #condition ")")
#define WARN_ON_SMP(condition) REFUZZ_WARN_IF(condition, "WARN_ON(" #condition ")")

#define BUG() __builtin_trap()
#define BUG_ON(condition)                                                                                              \
	do {                                                                                                           \
		if (unlikely(condition))                                                                               \
			BUG();                                                                                         \
	} while (0)

#define BUILD_BUG_ON(condition) _Static_assert(!(condition), "BUILD_BUG_ON: " #condition)

#endif
