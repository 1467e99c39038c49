/* Interrupts are threads like any other; tasklets are members that cannot be scheduled. */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <refuzz/usual.h>

typedef int irqreturn_t;

struct tasklet_struct {
	void (*callback)(struct tasklet_struct *tasklet);
};

#endif
