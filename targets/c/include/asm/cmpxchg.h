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

/* Of 8 bytes. */
#define xchg64(pointer, value) xchg(pointer, value)
#define cmpxchg64(pointer, old, new) cmpxchg(pointer, old, new)
#define cmpxchg64_relaxed(pointer, old, new) cmpxchg_relaxed(pointer, old, new)
#define cmpxchg64_acquire(pointer, old, new) cmpxchg_acquire(pointer, old, new)
#define cmpxchg64_release(pointer, old, new) cmpxchg_release(pointer, old, new)
#define try_cmpxchg64(pointer, seen, new) try_cmpxchg(pointer, seen, new)
#define try_cmpxchg64_relaxed(pointer, seen, new) try_cmpxchg_relaxed(pointer, seen, new)
#define try_cmpxchg64_acquire(pointer, seen, new) try_cmpxchg_acquire(pointer, seen, new)
#define try_cmpxchg64_release(pointer, seen, new) try_cmpxchg_release(pointer, seen, new)

#endif
