/* Lists of requests to block devices, as members. */
#ifndef _LINUX_BIO_H
#define _LINUX_BIO_H

#include <refuzz/usual.h>

#include <linux/blk_types.h>

struct bio_list {
	struct bio *head, *tail;
};

#endif
