/* Files and inodes are left out, but for how they are opened. */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <refuzz/usual.h>

#include <linux/path.h>

struct file;
struct inode;
struct super_block;

#define FMODE_READ ((fmode_t)1)
#define FMODE_WRITE ((fmode_t)2)

#endif
