/* See linux/ratelimit.h. */
#ifndef _LINUX_RATELIMIT_TYPES_H
#define _LINUX_RATELIMIT_TYPES_H

#include <linux/types.h>

struct ratelimit_state {
	int burst;
};

#define RATELIMIT_STATE_INIT(name, interval, limit) { .burst = (limit) }
#define DEFINE_RATELIMIT_STATE(name, interval, limit) struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval, limit)

#endif
