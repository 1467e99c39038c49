/*
 * atomic_t, atomic64_t and atomic_long_t: integers of 32 and 64 bits that wrap and never object. A long has 32 bits on the
 * machine that all is compiled for, and so has an atomic_long_t; where REFUZZ_LONG_64 is defined before the first header, it
 * is an atomic64_t, and only a long that its value is put into is shorter.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#ifdef REFUZZ_STDATOMIC
#error "<stdatomic.h> and <linux/atomic.h> give the same names to different things (atomic_fetch_add); include one"
#endif

#include <refuzz/host.h>
#include <refuzz/leaves-out.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define REFUZZ_A(name) atomic_##name
#define REFUZZ_T atomic_t
#define REFUZZ_N int
#define REFUZZ_CELL(v) (&(v)->counter)
#include <refuzz/atomic-ops.h>

#define REFUZZ_A(name) atomic64_##name
#define REFUZZ_T atomic64_t
#define REFUZZ_N s64
#define REFUZZ_CELL(v) (&(v)->counter)
#include <refuzz/atomic-ops.h>

#define REFUZZ_A(name) atomic_long_##name
#define REFUZZ_T atomic_long_t
#ifdef REFUZZ_LONG_64
#define REFUZZ_N s64
#define REFUZZ_CELL(v) (&(v)->counter)
#else
#define REFUZZ_N long
/* An answer tells its reader. */
#define REFUZZ_CELL(v)                                                                                                  \
	({                                                                                                             \
		REFUZZ_LEAVES_OUT("an atomic_long_t has 32 bits (REFUZZ_LONG_64 gives it 64)");                         \
		&(v)->counter;                                                                                         \
	})
#endif
#include <refuzz/atomic-ops.h>

#ifdef REFUZZ_LONG_64
#pragma clang diagnostic warning "-Wshorten-64-to-32"
#endif

#endif
