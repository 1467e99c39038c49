/* Exchanges of a word of any type. A compare-exchange that fails orders nothing. */
#ifndef _ASM_CMPXCHG_H
#define _ASM_CMPXCHG_H

#include <linux/compiler.h>

#define REFUZZ_CMPXCHG(pointer, old, new, order)                                                                       \
	({                                                                                                             \
		__typeof__(*(pointer)) refuzz_seen = (old);                                                            \
		(void)__atomic_compare_exchange_n((pointer), &refuzz_seen, (new), 0, order, __ATOMIC_RELAXED);         \
		refuzz_seen;                                                                                           \
	})
#define REFUZZ_TRY_CMPXCHG(pointer, seen, new, order)                                                                  \
	__atomic_compare_exchange_n((pointer), (seen), (new), 0, order, __ATOMIC_RELAXED)

#define xchg(pointer, value) __atomic_exchange_n((pointer), (value), __ATOMIC_SEQ_CST)
#define xchg_relaxed(pointer, value) __atomic_exchange_n((pointer), (value), __ATOMIC_RELAXED)
#define xchg_acquire(pointer, value) __atomic_exchange_n((pointer), (value), __ATOMIC_ACQUIRE)
#define xchg_release(pointer, value) __atomic_exchange_n((pointer), (value), __ATOMIC_RELEASE)

#define cmpxchg(pointer, old, new) REFUZZ_CMPXCHG(pointer, old, new, __ATOMIC_SEQ_CST)
#define cmpxchg_relaxed(pointer, old, new) REFUZZ_CMPXCHG(pointer, old, new, __ATOMIC_RELAXED)
#define cmpxchg_acquire(pointer, old, new) REFUZZ_CMPXCHG(pointer, old, new, __ATOMIC_ACQUIRE)
#define cmpxchg_release(pointer, old, new) REFUZZ_CMPXCHG(pointer, old, new, __ATOMIC_RELEASE)

#define try_cmpxchg(pointer, seen, new) REFUZZ_TRY_CMPXCHG(pointer, seen, new, __ATOMIC_SEQ_CST)
#define try_cmpxchg_relaxed(pointer, seen, new) REFUZZ_TRY_CMPXCHG(pointer, seen, new, __ATOMIC_RELAXED)
#define try_cmpxchg_acquire(pointer, seen, new) REFUZZ_TRY_CMPXCHG(pointer, seen, new, __ATOMIC_ACQUIRE)
#define try_cmpxchg_release(pointer, seen, new) REFUZZ_TRY_CMPXCHG(pointer, seen, new, __ATOMIC_RELEASE)

#endif
