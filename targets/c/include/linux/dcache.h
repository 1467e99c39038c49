/* Names of files, as members. */
#ifndef _LINUX_DCACHE_H
#define _LINUX_DCACHE_H

#include <refuzz/usual.h>
#include <linux/lockref.h>

struct dentry;

struct qstr {
	u32 hash;
	u32 len;
	const unsigned char *name;
};

#endif
