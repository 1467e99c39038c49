/* Queues of packets, as members; packets are left out. */
#ifndef _LINUX_SKBUFF_H
#define _LINUX_SKBUFF_H

#include <refuzz/usual.h>

struct sk_buff;

struct sk_buff_head {
	struct sk_buff *next, *prev;
	u32 qlen;
	spinlock_t lock;
};

#endif
