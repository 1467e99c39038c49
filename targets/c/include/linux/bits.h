#ifndef __LINUX_BITS_H
#define __LINUX_BITS_H

/* A long has 32 bits here, so bit 32 of a bitmap is bit 0 of its second word. */
#define BITS_PER_LONG 32
#define BITS_PER_LONG_LONG 64
#define BITS_PER_BYTE 8

#define BIT(bit) (1UL << (bit))
#define BIT_ULL(bit) (1ULL << (bit))
#define BIT_MASK(bit) (1UL << ((bit) % BITS_PER_LONG))
#define BIT_WORD(bit) ((bit) / BITS_PER_LONG)
#define GENMASK(high, low) (((~0UL) << (low)) & (~0UL >> (BITS_PER_LONG - 1 - (high))))
#define GENMASK_ULL(high, low) (((~0ULL) << (low)) & (~0ULL >> (BITS_PER_LONG_LONG - 1 - (high))))

#endif
