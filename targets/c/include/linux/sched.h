/* Threads as such: who runs is refuzz's to decide, at every access. */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/kernel.h>
#include <linux/preempt.h>

struct task_struct;

#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define MAX_SCHEDULE_TIMEOUT LONG_MAX

#define need_resched() 0
#define cond_resched_lock(lock) ((void)(lock), 0)

#endif
