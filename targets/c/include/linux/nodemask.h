/* Sets of nodes, as members. */
#ifndef _LINUX_NODEMASK_H
#define _LINUX_NODEMASK_H

#include <refuzz/usual.h>

typedef struct {
	unsigned long bits[1];
} nodemask_t;

#endif
