/* Threads as such: who runs is refuzz's to decide, at every access. */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/kernel.h>
#include <linux/preempt.h>
#include <refuzz/sleep.h>

struct task_struct;

#define MAX_SCHEDULE_TIMEOUT LONG_MAX

#define need_resched() 0
#define cond_resched_lock(lock) ((void)(lock), 0)

#endif
