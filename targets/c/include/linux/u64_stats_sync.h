/* Statistics that a 32-bit machine reads in two halves, as members. */
#ifndef _LINUX_U64_STATS_SYNC_H
#define _LINUX_U64_STATS_SYNC_H

#include <refuzz/usual.h>

struct u64_stats_sync {
	int refuzz_none;
};

typedef struct {
	u64 v;
} u64_stats_t;

#endif
