/* Timers of nanoseconds, as members: they cannot be armed. */
#ifndef _LINUX_HRTIMER_H
#define _LINUX_HRTIMER_H

#include <refuzz/usual.h>

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };

struct hrtimer {
	enum hrtimer_restart (*function)(struct hrtimer *timer);
};

#endif
