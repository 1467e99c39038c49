/* A sum that CPUs have in parts; here it is one word of 8 bytes. */
#ifndef _LINUX_PERCPU_COUNTER_H
#define _LINUX_PERCPU_COUNTER_H

#include <refuzz/usual.h>

struct percpu_counter {
	atomic64_t refuzz_sum;
};

#define percpu_counter_init(counter, value, gfp) ((void)(gfp), atomic64_set(&(counter)->refuzz_sum, value), 0)
#define percpu_counter_destroy(counter) ((void)(counter))
#define percpu_counter_add(counter, value) atomic64_add(value, &(counter)->refuzz_sum)
#define percpu_counter_sub(counter, value) atomic64_sub(value, &(counter)->refuzz_sum)
#define percpu_counter_inc(counter) percpu_counter_add(counter, 1)
#define percpu_counter_dec(counter) percpu_counter_sub(counter, 1)
#define percpu_counter_sum(counter) atomic64_read(&(counter)->refuzz_sum)
#define percpu_counter_read(counter) percpu_counter_sum(counter)
#define percpu_counter_read_positive(counter) percpu_counter_sum(counter)

#endif
