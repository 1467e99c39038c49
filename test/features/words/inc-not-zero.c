/* A get by hand: a compare and exchange until nobody has come between. LOOKS_FIRST looks, and adds. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct node { atomic_t refs; struct rcu_head rcu; };

static bool get_not_zero(struct node *node)
{
	int old = atomic_read(&node->refs);

#ifdef LOOKS_FIRST
	if (old != 0)
		atomic_inc(&node->refs);
	return old != 0;
#else
	do {
		if (old == 0)
			return false;
	} while (!atomic_try_cmpxchg(&node->refs, &old, old + 1));
	return true;
#endif
}

REFUZZ_SCHEME(struct node, refs);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_GET(get)
{
	bool got;

	rcu_read_lock();
	got = refuzz_linked() == REFUZZ_LIVE && get_not_zero(object);
	rcu_read_unlock();
	return got;
}
REFUZZ_PUT(put)
{
	if (!atomic_dec_and_test(&object->refs))
		return;
	refuzz_link(REFUZZ_NOWHERE);
	kfree_rcu(object, rcu);
}
REFUZZ_USE(use) { refuzz_use(); }
