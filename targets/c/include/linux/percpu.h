/*
 * A variable of which every CPU has one; CPUs are threads, see linux/smp.h. Each of them is a word that others see. A program
 * has at most four threads, and so has every array; a source with fewer says so with NR_CPUS before it includes this.
 */
#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <refuzz.h>
#include <linux/bug.h>
#include <linux/slab.h>
#include <linux/smp.h>

#ifndef NR_CPUS
#define NR_CPUS 4
#endif
#define nr_cpu_ids NR_CPUS
#define num_possible_cpus() NR_CPUS
#define num_online_cpus() NR_CPUS
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < NR_CPUS; (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)

#define __percpu

/* An int, unsigned or bool: the words are declared with it. `static` may stand before it. */
#define DEFINE_PER_CPU(type, name)                                                                                     \
	__typeof__(type) name[NR_CPUS];                                                                                \
	REFUZZ_EXPORT("cpus " #name) void *refuzz_cpus_##name(void) { return (void *)name; }                           \
	REFUZZ_EXPORT("cpus size " #name) int refuzz_cpus_size_##name(void) { return (int)sizeof(name[0]); }           \
	REFUZZ_EXPORT("cpus count " #name) int refuzz_cpus_count_##name(void) { return NR_CPUS; }                      \
	REFUZZ_END

/*
 * The first of a variable's words, whether it is named, as DEFINE_PER_CPU() has it, or pointed to, as alloc_percpu() does: in
 * a comma expression the name of an array becomes a pointer, and a scalar stays what it is.
 */
#define REFUZZ_IS_ARRAY(variable) (!__builtin_types_compatible_p(__typeof__(variable), __typeof__(((void)0, (variable)))))
#define REFUZZ_CPUS(variable) (&*__builtin_choose_expr(REFUZZ_IS_ARRAY(variable), (variable), &(variable)))

#define per_cpu(name, cpu) (REFUZZ_CPUS(name)[cpu])
#define per_cpu_ptr(pointer, cpu) (&REFUZZ_CPUS(*(pointer))[cpu])
#define this_cpu_ptr(pointer) per_cpu_ptr(pointer, refuzz_thread())
#define raw_cpu_ptr(pointer) this_cpu_ptr(pointer)
#define get_cpu_ptr(pointer) this_cpu_ptr(pointer)
#define put_cpu_ptr(pointer) ((void)(pointer))
#define get_cpu_var(name) per_cpu(name, refuzz_thread())
#define put_cpu_var(name) ((void)(name))

/* A scalar for each CPU, where a state is set up; of a struct no CPU would find its members. */
static inline void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	(void)align;
	(void)gfp;
	BUG_ON(size > 8);
	return refuzz_kmalloc(size * NR_CPUS);
}
#define __alloc_percpu(size, align) __alloc_percpu_gfp(size, align, GFP_KERNEL)
#define alloc_percpu_gfp(type, gfp) ((__typeof__(type) *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), gfp))
#define alloc_percpu(type) alloc_percpu_gfp(type, GFP_KERNEL)
#define free_percpu(pointer) kfree(pointer)

/* One access: what the same CPU does cannot come between, and what another does to it can. */
#define REFUZZ_THIS_CPU(name) (&per_cpu(name, refuzz_thread()))
#define this_cpu_read(name) __atomic_load_n(REFUZZ_THIS_CPU(name), __ATOMIC_RELAXED)
#define this_cpu_write(name, value) __atomic_store_n(REFUZZ_THIS_CPU(name), (value), __ATOMIC_RELAXED)
#define this_cpu_add(name, value) ((void)__atomic_fetch_add(REFUZZ_THIS_CPU(name), (value), __ATOMIC_RELAXED))
#define this_cpu_sub(name, value) ((void)__atomic_fetch_sub(REFUZZ_THIS_CPU(name), (value), __ATOMIC_RELAXED))
#define this_cpu_add_return(name, value) __atomic_add_fetch(REFUZZ_THIS_CPU(name), (value), __ATOMIC_RELAXED)
#define this_cpu_sub_return(name, value) __atomic_sub_fetch(REFUZZ_THIS_CPU(name), (value), __ATOMIC_RELAXED)
#define this_cpu_inc(name) this_cpu_add(name, 1)
#define this_cpu_dec(name) this_cpu_sub(name, 1)
#define this_cpu_inc_return(name) this_cpu_add_return(name, 1)
#define this_cpu_dec_return(name) this_cpu_sub_return(name, 1)
#define this_cpu_xchg(name, value) __atomic_exchange_n(REFUZZ_THIS_CPU(name), (value), __ATOMIC_RELAXED)
#define __this_cpu_read(name) this_cpu_read(name)
#define __this_cpu_write(name, value) this_cpu_write(name, value)
#define __this_cpu_add(name, value) this_cpu_add(name, value)
#define __this_cpu_inc(name) this_cpu_inc(name)
#define __this_cpu_dec(name) this_cpu_dec(name)
#define raw_cpu_read(name) this_cpu_read(name)
#define raw_cpu_inc(name) this_cpu_inc(name)
#define raw_cpu_dec(name) this_cpu_dec(name)

#endif
