/* Nothing is too often. */
#ifndef _LINUX_RATELIMIT_H
#define _LINUX_RATELIMIT_H

#include <refuzz/usual.h>

#include <linux/ratelimit_types.h>

#define __ratelimit(state) ((void)(state), 1)
#define ratelimit_state_init(state, interval, burst) ((void)(state))
#define ratelimit_set_flags(state, flags) ((void)(state))

#endif
