/*
 * A completion is a word: declare it with REFUZZ_WORD or REFUZZ_FIELD. Who waits looks at it again and again; a thread
 * that waits for ever is found.
 *
 * complete() is one access: once the waiter has seen it, he may free the completion's memory.
 */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <linux/compiler.h>
#include <linux/types.h>

/* Far more than anybody completes one by one, so that what comes on top of it changes nothing. */
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
	unsigned int done = __atomic_load_n(&x->done, __ATOMIC_ACQUIRE);

	if (done == 0)
		return false;
	return done >= REFUZZ_COMPLETE_ALL ||
	       __atomic_compare_exchange_n(&x->done, &done, done - 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void wait_for_completion(struct completion *x)
{
	while (!try_wait_for_completion(x))
		;
}

#endif
