#ifndef _LINUX_BOTTOM_HALF_H
#define _LINUX_BOTTOM_HALF_H

#include <linux/preempt.h>

#define local_bh_disable() barrier()
#define local_bh_enable() barrier()

#endif
