/* The clock. */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <refuzz/leaves-out.h>
#include <linux/limits.h>
#include <linux/types.h>

#define HZ 100

static inline unsigned long refuzz_now(void)
{
	REFUZZ_LEAVES_OUT("time: the clock stands at 0");
	return 0;
}

#define jiffies refuzz_now()
#define get_jiffies_64() ((u64)refuzz_now())

#define time_after(one, other) ((long)((other) - (one)) < 0)
#define time_before(one, other) time_after(other, one)
#define time_after_eq(one, other) ((long)((one) - (other)) >= 0)
#define time_before_eq(one, other) time_after_eq(other, one)
#define time_is_before_jiffies(when) time_after(jiffies, when)
#define time_is_after_jiffies(when) time_before(jiffies, when)

static inline unsigned long msecs_to_jiffies(unsigned int milliseconds) { return milliseconds / (1000 / HZ); }
static inline unsigned int jiffies_to_msecs(unsigned long ticks) { return ticks * (1000 / HZ); }
static inline unsigned long usecs_to_jiffies(unsigned int microseconds) { return microseconds / (1000000 / HZ); }

#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)

#endif
