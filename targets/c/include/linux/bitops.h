/*
 * Bits of a word. The atomic ones are one access each, ordered as Documentation/atomic_bitops.txt has it: those that return
 * nothing are relaxed, test_and_…() are fully ordered, …_lock acquires and …_unlock releases. The names that begin with two
 * underscores read the word and write it: two accesses.
 */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <asm/barrier.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define BITS_TO_LONGS(bits) (((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG)

#define REFUZZ_BIT_CHANGE(how, bit, addr, value, order)                                                                \
	__atomic_fetch_##how((unsigned long *)(addr) + BIT_WORD(bit), value, order)

static inline bool test_bit(long bit, const volatile unsigned long *addr)
{
	return (READ_ONCE(addr[BIT_WORD(bit)]) & BIT_MASK(bit)) != 0;
}
static inline bool test_bit_acquire(long bit, const volatile unsigned long *addr)
{
	return (smp_load_acquire(&addr[BIT_WORD(bit)]) & BIT_MASK(bit)) != 0;
}

static inline void set_bit(long bit, volatile unsigned long *addr)
{
	REFUZZ_BIT_CHANGE(or, bit, addr, BIT_MASK(bit), __ATOMIC_RELAXED);
}
static inline void clear_bit(long bit, volatile unsigned long *addr)
{
	REFUZZ_BIT_CHANGE(and, bit, addr, ~BIT_MASK(bit), __ATOMIC_RELAXED);
}
static inline void change_bit(long bit, volatile unsigned long *addr)
{
	REFUZZ_BIT_CHANGE(xor, bit, addr, BIT_MASK(bit), __ATOMIC_RELAXED);
}
static inline void clear_bit_unlock(long bit, volatile unsigned long *addr)
{
	REFUZZ_BIT_CHANGE(and, bit, addr, ~BIT_MASK(bit), __ATOMIC_RELEASE);
}

static inline bool test_and_set_bit(long bit, volatile unsigned long *addr)
{
	return (REFUZZ_BIT_CHANGE(or, bit, addr, BIT_MASK(bit), __ATOMIC_SEQ_CST) & BIT_MASK(bit)) != 0;
}
static inline bool test_and_set_bit_lock(long bit, volatile unsigned long *addr)
{
	return (REFUZZ_BIT_CHANGE(or, bit, addr, BIT_MASK(bit), __ATOMIC_ACQUIRE) & BIT_MASK(bit)) != 0;
}
static inline bool test_and_clear_bit(long bit, volatile unsigned long *addr)
{
	return (REFUZZ_BIT_CHANGE(and, bit, addr, ~BIT_MASK(bit), __ATOMIC_SEQ_CST) & BIT_MASK(bit)) != 0;
}
static inline bool test_and_change_bit(long bit, volatile unsigned long *addr)
{
	return (REFUZZ_BIT_CHANGE(xor, bit, addr, BIT_MASK(bit), __ATOMIC_SEQ_CST) & BIT_MASK(bit)) != 0;
}
/* Whether bit 7 was set beside those that it turns over. */
static inline bool xor_unlock_is_negative_byte(unsigned long mask, volatile unsigned long *addr)
{
	return (__atomic_fetch_xor((unsigned long *)addr, mask, __ATOMIC_RELEASE) & BIT(7)) != 0;
}

static inline void __set_bit(long bit, volatile unsigned long *addr) { addr[BIT_WORD(bit)] |= BIT_MASK(bit); }
static inline void __clear_bit(long bit, volatile unsigned long *addr) { addr[BIT_WORD(bit)] &= ~BIT_MASK(bit); }
static inline void __change_bit(long bit, volatile unsigned long *addr) { addr[BIT_WORD(bit)] ^= BIT_MASK(bit); }
static inline void __clear_bit_unlock(long bit, volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)addr + BIT_WORD(bit);

	__atomic_store_n(word, READ_ONCE(*word) & ~BIT_MASK(bit), __ATOMIC_RELEASE);
}
static inline bool __test_and_set_bit(long bit, volatile unsigned long *addr)
{
	unsigned long old = addr[BIT_WORD(bit)];

	addr[BIT_WORD(bit)] = old | BIT_MASK(bit);
	return (old & BIT_MASK(bit)) != 0;
}
static inline bool __test_and_clear_bit(long bit, volatile unsigned long *addr)
{
	unsigned long old = addr[BIT_WORD(bit)];

	addr[BIT_WORD(bit)] = old & ~BIT_MASK(bit);
	return (old & BIT_MASK(bit)) != 0;
}
#define assign_bit(bit, addr, value) ((value) ? set_bit((bit), (addr)) : clear_bit((bit), (addr)))
#define __assign_bit(bit, addr, value) ((value) ? __set_bit((bit), (addr)) : __clear_bit((bit), (addr)))

/* Of a number, and of no word. */
static inline unsigned int hweight32(unsigned int value) { return (unsigned int)__builtin_popcount(value); }
static inline unsigned int hweight64(unsigned long long value) { return (unsigned int)__builtin_popcountll(value); }
static inline unsigned long hweight_long(unsigned long value) { return (unsigned long)__builtin_popcountl(value); }
static inline unsigned long __ffs(unsigned long value) { return (unsigned long)__builtin_ctzl(value); }
static inline unsigned long __fls(unsigned long value) { return BITS_PER_LONG - 1 - (unsigned long)__builtin_clzl(value); }
static inline int ffs(int value) { return __builtin_ffs(value); }
static inline int fls(unsigned int value) { return value ? 32 - __builtin_clz(value) : 0; }
static inline int fls64(unsigned long long value) { return value ? 64 - __builtin_clzll(value) : 0; }

#endif
