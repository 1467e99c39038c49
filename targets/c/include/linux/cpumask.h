/* Sets of CPUs, as members. */
#ifndef _LINUX_CPUMASK_H
#define _LINUX_CPUMASK_H

#include <refuzz/usual.h>

typedef struct cpumask {
	unsigned long bits[1];
} cpumask_t;
typedef struct cpumask cpumask_var_t[1];

#endif
