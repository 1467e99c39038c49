/* A device file, as a member. */
#ifndef _LINUX_CDEV_H
#define _LINUX_CDEV_H

#include <refuzz/usual.h>

#include <linux/kobject.h>

struct cdev {
	struct kobject kobj;
	dev_t dev;
};

#endif
