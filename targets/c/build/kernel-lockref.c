/*
 * The lockref of a kernel tree, in a protocol like that of a dentry: lookups find the object without a lock and take a
 * reference while it is not dead; a put leaves it unused and in place; a shrinker marks what is unused dead, and frees it.
 * Every op takes the lock, as in lib/lockref.c where an architecture does not exchange lock and count together. With
 * CONFIG_ARCH_USE_CMPXCHG_LOCKREF and CONFIG_SMP an op exchanges them, and takes the lock if that fails.
 */
#include <refuzz.h>
#include <linux/lockref.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <lib/lockref.c>

struct entry {
	struct lockref ref;
	struct rcu_head rcu;
};

REFUZZ_SCHEME(struct entry, ref.count);
REFUZZ_FIELD(ref.lock);

REFUZZ_STATE(unused) { refuzz_link(REFUZZ_LIVE); }
REFUZZ_STATE(one) { object->ref.count = 1; refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_STATE(two) { object->ref.count = 2; refuzz_link(REFUZZ_LIVE); refuzz_hold(0); refuzz_hold(1); }

REFUZZ_GET(lookup)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE && lockref_get_not_dead(&object->ref);
	rcu_read_unlock();
	return found;
}
REFUZZ_GET(lookup_used)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE && lockref_get_not_zero(&object->ref);
	rcu_read_unlock();
	return found;
}
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_PUT(put)
{
	if (lockref_put_or_lock(&object->ref))
		return;
	object->ref.count--;
	spin_unlock(&object->ref.lock);
}
/* Of two references or more. */
REFUZZ_PUT(put_not_last)
{
	if (lockref_put_not_zero(&object->ref))
		return;
	spin_lock(&object->ref.lock);
	object->ref.count--;
	spin_unlock(&object->ref.lock);
}
REFUZZ_ACT(shrink)
{
	bool dies = false;

	rcu_read_lock();
	if (refuzz_linked() != REFUZZ_LIVE) {
		rcu_read_unlock();
		return REFUZZ_VOID;
	}
	spin_lock(&object->ref.lock);
	if (object->ref.count == 0) {
		lockref_mark_dead(&object->ref);
		refuzz_link(REFUZZ_NOWHERE);
		dies = true;
	}
	spin_unlock(&object->ref.lock);
	if (dies)
		kfree_rcu(object, rcu);
	rcu_read_unlock();
	return dies ? REFUZZ_GRANTED : REFUZZ_REFUSED;
}
