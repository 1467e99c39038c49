/* A lock that is one bit of a word. It belongs to nobody: who clears the bit has unlocked it. */
#ifndef __LINUX_BIT_SPINLOCK_H
#define __LINUX_BIT_SPINLOCK_H

#include <refuzz/host.h>
#include <linux/bitops.h>

static inline void bit_spin_lock(int bit, unsigned long *addr)
{
	refuzz_await(addr + BIT_WORD(bit), sizeof(*addr), REFUZZ_CLEAR, (int)BIT_MASK(bit), (int)BIT_MASK(bit));
}

static inline int bit_spin_trylock(int bit, unsigned long *addr) { return !test_and_set_bit_lock(bit, addr); }
static inline void bit_spin_unlock(int bit, unsigned long *addr) { clear_bit_unlock(bit, addr); }
/* Two accesses: what others do to the word between them is lost. */
static inline void __bit_spin_unlock(int bit, unsigned long *addr) { __clear_bit_unlock(bit, addr); }
static inline int bit_spin_is_locked(int bit, unsigned long *addr) { return test_bit(bit, addr); }

#endif
