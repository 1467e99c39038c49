/* See linux/rhashtable.h. */
#ifndef _LINUX_RHASHTABLE_TYPES_H
#define _LINUX_RHASHTABLE_TYPES_H

#include <refuzz/usual.h>

struct rhash_head {
	struct rhash_head *next;
};

struct rhlist_head {
	struct rhash_head rhead;
	struct rhlist_head *next;
};

struct rhashtable {
	struct rhash_head *refuzz_entry;
	spinlock_t lock;
};

struct rhltable {
	struct rhashtable ht;
};

struct rhashtable_params {
	u16 key_len, key_offset, head_offset;
	bool automatic_shrinking;
};

#endif
