/* The kernel's words for the compiler. What only a checker or the linker reads is empty here. */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

/* lib/refcount.c marks its exports without including this by name. */
#include <linux/export.h>
/* As every file of the kernel has it. */
#include <linux/kconfig.h>

/* refcount_t of v4.13 to v5.4 is plain atomic_t without it; what there is to test is the checked one. */
#define CONFIG_REFCOUNT_FULL 1

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

#define barrier() __asm__ __volatile__("" : : : "memory")

/* What a function of refuzz's is given and does nothing with is read all the same: it may be a word of the object. */
#define REFUZZ_READ(value) __asm__ __volatile__("" : : "r"(value))

/* One access that the compiler neither repeats nor leaves out; refuzz sees it as a relaxed one. */
#define READ_ONCE(place) (*(const volatile __typeof__(place) *)&(place))
#define WRITE_ONCE(place, value) ((void)(*(volatile __typeof__(place) *)&(place) = (value)))
#define data_race(expression) (expression)

#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif
#ifndef noinline
#define noinline __attribute__((__noinline__))
#endif
#define __must_check __attribute__((__warn_unused_result__))
#define __maybe_unused __attribute__((__unused__))
#define __always_unused __attribute__((__unused__))
#define __packed __attribute__((__packed__))
#define __aligned(bytes) __attribute__((__aligned__(bytes)))
#define __printf(format, first) __attribute__((__format__(printf, format, first)))
#define __cold __attribute__((__cold__))
#define __pure __attribute__((__pure__))
#define __weak __attribute__((__weak__))
#define fallthrough __attribute__((__fallthrough__))

/* Signed sums wrap here anyway, as everywhere in the kernel. */
#define __signed_wrap

#define __percpu
#define __iomem
#define __private
#define __nocast
#define __rcu
#define __user
#define __force
#define __kernel
#define __bitwise
#define __acquires(...)
#define __releases(...)
#define __cond_acquires(...)
#define __cond_releases(...)
#define __must_hold(...)
#define __guarded_by(...)
#define __acquire(lock) ((void)0)
#define __release(lock) ((void)0)

#define __init
#define __exit
#define __initdata
#define __net_init
#define __net_exit
#define __refdata
#define __sched
#define notrace
#define asmlinkage
#define __read_mostly
#define __ro_after_init
#define __latent_entropy
#define __randomize_layout
#define __counted_by(member)
#define ____cacheline_aligned
#define ____cacheline_aligned_in_smp
#define __cacheline_aligned_in_smp
#define __cacheline_aligned

#endif
