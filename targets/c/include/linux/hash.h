/* Spreads numbers over tables; 0x9E3779B1 is 2^32 over the golden ratio, to the next odd number that the kernel does not use. */
#ifndef _LINUX_HASH_H
#define _LINUX_HASH_H

#include <linux/types.h>

static inline u32 __hash_32(u32 value) { return value * 0x9E3779B1u; }
static inline u32 hash_32(u32 value, unsigned int bits) { return __hash_32(value) >> (32 - bits); }
static inline u32 hash_64(u64 value, unsigned int bits) { return hash_32((u32)value ^ (u32)(value >> 32), bits); }
#define hash_long(value, bits) hash_32((u32)(value), bits)
#define hash_ptr(pointer, bits) hash_32((u32)(unsigned long)(pointer), bits)

#endif
