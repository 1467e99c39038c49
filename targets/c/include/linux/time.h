/* See linux/ktime.h. */
#ifndef _LINUX_TIME_H
#define _LINUX_TIME_H

#include <linux/ktime.h>
#include <refuzz/usual.h>



#endif
