/* Where a file is found. */
#ifndef _LINUX_PATH_H
#define _LINUX_PATH_H

#include <refuzz/usual.h>

struct dentry;
struct vfsmount;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

#endif
