/* Interrupts are threads like any other, which no thread keeps out: what is safe here is safe on every processor. */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/compiler.h>

#define local_irq_disable() barrier()
#define local_irq_enable() barrier()
#define local_irq_save(flags) ((void)((flags) = 0))
#define local_irq_restore(flags) ((void)(flags))
#define irqs_disabled() 0

#endif
