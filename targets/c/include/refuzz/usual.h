/*
 * What nearly every header of the kernel's drags in, so that a file which names only its subsystem's has it all the same. The
 * headers of which refuzz has nothing consist of this. Per-CPU variables are not among it: who has them says so.
 */
#ifndef REFUZZ_USUAL_H
#define REFUZZ_USUAL_H

/* Not beside the atomics of C11, whose names are the kernel's too. */
#ifndef REFUZZ_STDATOMIC
#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/idr.h>
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mempool.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/ratelimit_types.h>
#include <linux/rbtree.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rwlock.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/uidgid.h>
#include <linux/uuid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#endif

#endif
