/*
 * A semaphore is a word. It belongs to nobody, so anybody may up() it. A signal interrupts nobody here, and time does not run
 * out.
 *
 * up() touches the semaphore once more after a waiter can go on: so nobody may free its memory because he has got it.
 */
#ifndef _LINUX_SEMAPHORE_H
#define _LINUX_SEMAPHORE_H

#include <refuzz/host.h>
#include <linux/compiler.h>

struct semaphore {
	int refuzz_count;
};

#define __SEMAPHORE_INITIALIZER(name, n) { (n) }
#define DEFINE_SEMAPHORE(name, n) struct semaphore name = __SEMAPHORE_INITIALIZER(name, n)

static inline void sema_init(struct semaphore *sem, int value) { WRITE_ONCE(sem->refuzz_count, value); }

static inline void down(struct semaphore *sem)
{
	refuzz_await(&sem->refuzz_count, sizeof(int), REFUZZ_AT_LEAST, 1, -1);
}

static inline int __must_check down_interruptible(struct semaphore *sem)
{
	down(sem);
	return 0;
}
#define down_killable(sem) down_interruptible(sem)
#define down_timeout(sem, jiffies) ((void)(jiffies), down_interruptible(sem))

/* Unlike other trylocks it returns 0 when it got it. */
static inline int __must_check down_trylock(struct semaphore *sem)
{
	int count = READ_ONCE(sem->refuzz_count);

	while (count > 0)
		if (__atomic_compare_exchange_n(&sem->refuzz_count, &count, count - 1, 0, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return 0;
	return 1;
}

static inline void up(struct semaphore *sem)
{
	__atomic_fetch_add(&sem->refuzz_count, 1, __ATOMIC_RELEASE);
	refuzz_touch(sem);
}

#endif
