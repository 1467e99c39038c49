/* A lock and a count in 8 bytes: while nobody has the lock, one access checks that and changes the count. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/bug.h>
#include <linux/spinlock.h>

struct ref {
	union {
		u64 __attribute__((aligned(8))) both;
		struct {
			spinlock_t lock;
			int count;
		};
	};
};

struct node { struct ref ref; struct rcu_head rcu; };

REFUZZ_SCHEME(struct node, ref.count);
REFUZZ_FIELD(ref.lock);
REFUZZ_STATE(one) { object->ref.count = 1; refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_STATE(idle) { object->ref.count = 0; refuzz_link(REFUZZ_LIVE); }

static bool add(struct ref *ref, int by)
{
	struct ref old;

	old.both = READ_ONCE(ref->both);
	while (arch_spin_value_unlocked(old.lock.rlock.raw_lock)) {
		struct ref new = old;

		if (old.count < 0 || old.count + by < 0)
			return false;
		new.count += by;
		if (try_cmpxchg64_relaxed(&ref->both, &old.both, new.both))
			return true;
	}
	spin_lock(&ref->lock);
	if (ref->count < 0) {
		spin_unlock(&ref->lock);
		return false;
	}
	ref->count += by;
	spin_unlock(&ref->lock);
	return true;
}

REFUZZ_GET(get)
{
	bool got;

	rcu_read_lock();
	got = refuzz_linked() == REFUZZ_LIVE && add(&object->ref, 1);
	rcu_read_unlock();
	return got;
}
REFUZZ_PUT(put) { add(&object->ref, -1); }

/* Nobody can take a reference while the lock is held: who finds none then is alone. */
static bool mark_dead(struct node *node)
{
	bool killed = false;

#ifndef UNLOCKED
	spin_lock(&node->ref.lock);
#endif
	if (node->ref.count == 0) {
		node->ref.count = -128;
		killed = true;
	}
#ifndef UNLOCKED
	spin_unlock(&node->ref.lock);
#endif
	return killed;
}

REFUZZ_ACT(kill)
{
	bool killed;

	rcu_read_lock();
	killed = refuzz_linked() == REFUZZ_LIVE && mark_dead(object);
	rcu_read_unlock();
	if (!killed)
		return REFUZZ_REFUSED;
	refuzz_link(REFUZZ_NOWHERE);
	kfree_rcu(object, rcu);
	return REFUZZ_GRANTED;
}
