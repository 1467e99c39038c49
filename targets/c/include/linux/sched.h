/* Threads as such: who runs is refuzz's to decide, at every access. */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/kernel.h>
#include <linux/preempt.h>
#include <refuzz/sleep.h>

struct task_struct;

/* A name for each thread: nothing lies there. */
#define current ((struct task_struct *)(16UL * (unsigned long)(refuzz_thread() + 1)))

#define MAX_SCHEDULE_TIMEOUT LONG_MAX

#define need_resched() 0
#define cond_resched_lock(lock) ((void)(lock), 0)

#include <refuzz/usual.h>

#endif
