/*
 * A lock and a count that one access of 8 bytes changes while nobody has the lock; who has it stores the count alone. Both
 * are found. UNLOCKED stores it without the lock, and what came in between is lost.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
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

struct node { struct ref ref; };

static int add(struct ref *ref, int by)
{
	struct ref old, new;

	old.both = READ_ONCE(ref->both);
	while (arch_spin_value_unlocked(old.lock.rlock.raw_lock)) {
		new = old;
		new.count += by;
		if (try_cmpxchg64_relaxed(&ref->both, &old.both, new.both))
			return new.count;
	}
	spin_lock(&ref->lock);
	new.count = ref->count + by;
	WRITE_ONCE(ref->count, new.count);
	spin_unlock(&ref->lock);
	return new.count;
}

REFUZZ_SCHEME(struct node, ref.count);
REFUZZ_STATE(two, .count = 2, .holders = 2);
REFUZZ_PUT(put)
{
	if (add(&object->ref, -1) == 0)
		kfree(object);
}
/* Another one, taken under the lock for whatever else that guards. */
REFUZZ_DUP(get)
{
#ifndef UNLOCKED
	spin_lock(&object->ref.lock);
#endif
	WRITE_ONCE(object->ref.count, READ_ONCE(object->ref.count) + 1);
#ifndef UNLOCKED
	spin_unlock(&object->ref.lock);
#endif
	return true;
}
REFUZZ_USE(look)
{
	spin_lock(&object->ref.lock);
	refuzz_use();
	spin_unlock(&object->ref.lock);
}
REFUZZ_CONSERVES { return 0; }
