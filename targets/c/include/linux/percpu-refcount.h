/*
 * percpu_ref, for sources that are not compiled against a kernel tree. While it is alive nobody asks for the count, and each
 * processor has one of its own; percpu_ref_kill() has it counted in one place from then on, and a grace period later what the
 * processors had is added there. Nobody looks at one of their counts alone, so here they are one word, `refuzz_percpu`.
 *
 * Words of the object: percpu_count_ptr, count, refuzz_percpu; count is the one for REFUZZ_SCHEME.
 */
#ifndef _LINUX_PERCPU_REFCOUNT_H
#define _LINUX_PERCPU_REFCOUNT_H

#include <refuzz/leaves-out.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/container_of.h>
#include <linux/gfp.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct percpu_ref;
typedef void (percpu_ref_func_t)(struct percpu_ref *ref);

enum {
	__PERCPU_REF_ATOMIC = 1,
	__PERCPU_REF_DEAD = 2,
	__PERCPU_REF_ATOMIC_DEAD = 3,
};

enum {
	PERCPU_REF_INIT_ATOMIC = 1,
	PERCPU_REF_INIT_DEAD = 2,
	PERCPU_REF_ALLOW_REINIT = 4,
};

/* Keeps the count above 0 until the processors' counts are in it. */
#define REFUZZ_PERCPU_BIAS 0x40000000

struct percpu_ref {
	unsigned long percpu_count_ptr;
	atomic_t count;
	atomic_t refuzz_percpu;
	percpu_ref_func_t *release;
	percpu_ref_func_t *confirm_switch;
	struct rcu_head rcu;
};

static inline int __must_check percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release, unsigned int flags,
					       gfp_t gfp)
{
	bool is_atomic = flags & (PERCPU_REF_INIT_ATOMIC | PERCPU_REF_INIT_DEAD);
	bool is_dead = flags & PERCPU_REF_INIT_DEAD;

	(void)gfp;
	ref->percpu_count_ptr = (is_atomic ? __PERCPU_REF_ATOMIC : 0) | (is_dead ? __PERCPU_REF_DEAD : 0);
	atomic_set(&ref->count, (is_atomic ? 0 : REFUZZ_PERCPU_BIAS) + (is_dead ? 0 : 1));
	ref->release = release;
	return 0;
}

static inline bool percpu_ref_is_dying(struct percpu_ref *ref)
{
	return READ_ONCE(ref->percpu_count_ptr) & __PERCPU_REF_DEAD;
}

/* Adds to the processor's own count, within the read section of whoever calls. */
static inline bool refuzz_percpu_add(struct percpu_ref *ref, int i)
{
	REFUZZ_LEAVES_OUT("percpu_ref: the processors' counts are one word");
	if (READ_ONCE(ref->percpu_count_ptr) & __PERCPU_REF_ATOMIC_DEAD)
		return false;
	atomic_add(i, &ref->refuzz_percpu);
	return true;
}

static inline void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr)
{
	rcu_read_lock();
	if (!refuzz_percpu_add(ref, (int)nr))
		atomic_add((int)nr, &ref->count);
	rcu_read_unlock();
}

static inline void percpu_ref_get(struct percpu_ref *ref) { percpu_ref_get_many(ref, 1); }

static inline bool percpu_ref_tryget_many(struct percpu_ref *ref, unsigned long nr)
{
	bool got;

	rcu_read_lock();
	got = refuzz_percpu_add(ref, (int)nr) || atomic_add_unless(&ref->count, (int)nr, 0);
	rcu_read_unlock();
	return got;
}

static inline bool percpu_ref_tryget(struct percpu_ref *ref) { return percpu_ref_tryget_many(ref, 1); }

static inline bool percpu_ref_tryget_live_rcu(struct percpu_ref *ref)
{
	return refuzz_percpu_add(ref, 1) || (!percpu_ref_is_dying(ref) && atomic_inc_not_zero(&ref->count));
}

static inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	bool got;

	rcu_read_lock();
	got = percpu_ref_tryget_live_rcu(ref);
	rcu_read_unlock();
	return got;
}

static inline void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr)
{
	rcu_read_lock();
	if (!refuzz_percpu_add(ref, -(int)nr) && unlikely(atomic_sub_and_test((int)nr, &ref->count)))
		ref->release(ref);
	rcu_read_unlock();
}

static inline void percpu_ref_put(struct percpu_ref *ref) { percpu_ref_put_many(ref, 1); }

static inline void refuzz_percpu_gather(struct rcu_head *rcu)
{
	struct percpu_ref *ref = container_of(rcu, struct percpu_ref, rcu);

	atomic_add(atomic_read(&ref->refuzz_percpu) - REFUZZ_PERCPU_BIAS, &ref->count);
	if (ref->confirm_switch)
		ref->confirm_switch(ref);
	percpu_ref_put(ref);
}

/* Drops the first reference. The callback has one of its own until it has run. */
static inline void percpu_ref_kill(struct percpu_ref *ref)
{
	unsigned long before = ref->percpu_count_ptr;

	WARN_ONCE(before & __PERCPU_REF_DEAD, "percpu_ref_kill called more than once");
	WRITE_ONCE(ref->percpu_count_ptr, before | __PERCPU_REF_ATOMIC_DEAD);
	if (!(before & __PERCPU_REF_ATOMIC)) {
		percpu_ref_get(ref);
		call_rcu(&ref->rcu, refuzz_percpu_gather);
	}
	percpu_ref_put(ref);
}

static inline bool percpu_ref_is_zero(struct percpu_ref *ref)
{
	return (READ_ONCE(ref->percpu_count_ptr) & __PERCPU_REF_ATOMIC_DEAD) && atomic_read(&ref->count) == 0;
}

static inline void percpu_ref_exit(struct percpu_ref *ref) { (void)ref; }

#endif
