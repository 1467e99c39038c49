/*
 * A completion is a word. Who waits takes one of what has been completed, in one access that cannot be made before; a thread
 * for which nobody ever completes is stuck. No signal comes, and no time runs out.
 *
 * complete() is one access, and the last: once the waiter has seen it, he may free the completion's memory.
 */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <refuzz/host.h>
#include <linux/compiler.h>
#include <linux/types.h>

/* Far more than anybody completes or waits for one by one, so that what comes on top of it, or is taken of it, changes nothing. */
#define REFUZZ_COMPLETE_ALL 0x40000000u

struct completion {
	unsigned int done;
};

#define DECLARE_COMPLETION(name) struct completion name = { 0 }
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)

static inline void init_completion(struct completion *x) { WRITE_ONCE(x->done, 0); }
static inline void reinit_completion(struct completion *x) { WRITE_ONCE(x->done, 0); }

/* One waiter goes on, or the next one that comes. */
static inline void complete(struct completion *x)
{
	__atomic_fetch_add(&x->done, 1, __ATOMIC_RELEASE);
}

/* All go on, now and later. */
static inline void complete_all(struct completion *x)
{
	__atomic_store_n(&x->done, REFUZZ_COMPLETE_ALL, __ATOMIC_RELEASE);
}

static inline bool completion_done(struct completion *x) { return READ_ONCE(x->done) != 0; }

static inline bool try_wait_for_completion(struct completion *x)
{
	unsigned int done = READ_ONCE(x->done);

	while (done != 0)
		if (__atomic_compare_exchange_n(&x->done, &done, done - 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
	return false;
}

static inline void wait_for_completion(struct completion *x)
{
	refuzz_await(&x->done, sizeof(x->done), REFUZZ_AT_LEAST, 1, -1);
}
#define wait_for_completion_io(x) wait_for_completion(x)
#define wait_for_completion_state(x, state) ((void)(state), wait_for_completion_interruptible(x))

static inline int __must_check wait_for_completion_interruptible(struct completion *x)
{
	wait_for_completion(x);
	return 0;
}
#define wait_for_completion_killable(x) wait_for_completion_interruptible(x)

/* Returns how much time was left: all of it. */
static inline unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	wait_for_completion(x);
	return timeout == 0 ? 1 : timeout;
}
#define wait_for_completion_io_timeout(x, timeout) wait_for_completion_timeout(x, timeout)
#define wait_for_completion_interruptible_timeout(x, timeout) ((long)wait_for_completion_timeout(x, timeout))
#define wait_for_completion_killable_timeout(x, timeout) ((long)wait_for_completion_timeout(x, timeout))

#endif
