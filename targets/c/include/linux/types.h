#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#include <stdint.h>
#include <linux/compiler.h>
#include <linux/stddef.h>

typedef int8_t s8;
typedef uint8_t u8;
typedef int16_t s16;
typedef uint16_t u16;
typedef int32_t s32;
typedef uint32_t u32;
typedef int64_t s64;
typedef uint64_t u64;
typedef unsigned char unchar, u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef s8 __s8;
typedef s16 __s16;
typedef s32 __s32;
typedef s64 __s64;
typedef u8 __u8;
typedef u16 __u16, __be16, __le16;
typedef u32 __u32, __be32, __le32;
typedef u64 __u64, __be64, __le64;
typedef u64 __attribute__((__aligned__(8))) aligned_u64, __aligned_u64;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef unsigned int gfp_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned short umode_t;
typedef u32 dev_t;
typedef int pid_t;
typedef int key_t;
typedef unsigned int slab_flags_t;
typedef long long loff_t;
typedef long ssize_t;
typedef s64 time64_t;
typedef u64 sector_t;
typedef u64 blkcnt_t;
typedef u64 dma_addr_t;
typedef u64 phys_addr_t;
typedef phys_addr_t resource_size_t;
typedef unsigned long pgoff_t;
typedef unsigned int fmode_t;
typedef unsigned int __poll_t;
typedef u32 projid_t;
typedef u16 __sum16;
typedef u32 __wsum;

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 __attribute__((__aligned__(8))) counter;
} atomic64_t;

/* See <linux/atomic.h>. */
#ifdef REFUZZ_LONG_64
typedef atomic64_t atomic_long_t;
#else
typedef struct {
	long counter;
} atomic_long_t;
#endif

typedef struct {
	atomic_t refcnt;
} rcuref_t;

#define RCUREF_INIT(count) { .refcnt = ATOMIC_INIT((count) - 1) }
#define ATOMIC_INIT(value) { (value) }
#define ATOMIC64_INIT(value) ATOMIC_INIT(value)
#define ATOMIC_LONG_INIT(value) ATOMIC_INIT(value)

/* Members that objects have; see <linux/list.h>. */
struct list_head {
	struct list_head *next, *prev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *head);
};
#define rcu_head callback_head

#define DECLARE_BITMAP(name, bits) unsigned long name[((bits) + 31) / 32]

typedef void (*rcu_callback_t)(struct rcu_head *head);

#endif
