/* See linux/ktime.h. */
#ifndef _LINUX_TIME64_H
#define _LINUX_TIME64_H

#include <linux/ktime.h>



#endif
