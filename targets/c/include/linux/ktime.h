/* Times, in nanoseconds. The clock stands at 0, as in linux/jiffies.h. */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

#include <linux/jiffies.h>
#include <linux/types.h>

typedef s64 ktime_t;

struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

#define NSEC_PER_SEC 1000000000L
#define NSEC_PER_MSEC 1000000L
#define USEC_PER_SEC 1000000L

#define ktime_get() ((ktime_t)refuzz_now())
#define ktime_get_ns() ((u64)refuzz_now())
#define ktime_get_seconds() ((time64_t)refuzz_now())
#define ktime_get_real_seconds() ((time64_t)refuzz_now())
#define ktime_get_coarse() ktime_get()
#define ktime_add(one, other) ((one) + (other))
#define ktime_sub(one, other) ((one) - (other))
#define ktime_before(one, other) ((one) < (other))
#define ktime_after(one, other) ((one) > (other))
#define ktime_to_ns(time) (time)
#define ms_to_ktime(milliseconds) ((ktime_t)(milliseconds) * NSEC_PER_MSEC)
#define ns_to_ktime(nanoseconds) ((ktime_t)(nanoseconds))

#endif
