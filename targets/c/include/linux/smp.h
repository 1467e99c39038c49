/*
 * Every thread of a program runs on a CPU of its own, with its number; an RCU callback on that of the thread that queued it.
 * So nobody is preempted by a thread of the same CPU, and nobody moves to another.
 */
#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <refuzz/host.h>

#define raw_smp_processor_id() refuzz_thread()
#define smp_processor_id() refuzz_thread()
#define get_cpu() refuzz_thread()
#define put_cpu() ((void)0)

#endif
