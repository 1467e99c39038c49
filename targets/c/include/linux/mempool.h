/* Pools, which are pointed to. */
#ifndef _LINUX_MEMPOOL_H
#define _LINUX_MEMPOOL_H

#include <refuzz/usual.h>

typedef struct mempool_s {
	int refuzz_none;
} mempool_t;

#define mempool_free(object, pool) ((void)(pool), kfree(object))

#endif
