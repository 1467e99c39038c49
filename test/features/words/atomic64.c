/* A count of 64 bits, with a bias above 32 bits: the last put leaves exactly the bias. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>

#define BIAS (1LL << 40)

struct node { atomic64_t refs; struct rcu_head rcu; };

REFUZZ_SCHEME(struct node, refs);
REFUZZ_STATE(one) { atomic64_set(&object->refs, BIAS + 1); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_STATE(two) { atomic64_set(&object->refs, BIAS + 2); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); refuzz_hold(1); }

static bool try_get(struct node *node)
{
#ifdef LOOKS_FIRST
	if (atomic64_read(&node->refs) == BIAS)
		return false;
	atomic64_inc(&node->refs);
	return true;
#else
	return atomic64_add_unless(&node->refs, 1, BIAS);
#endif
}

REFUZZ_GET(get)
{
	bool got;

	rcu_read_lock();
	got = refuzz_linked() == REFUZZ_LIVE && try_get(object);
	rcu_read_unlock();
	return got;
}

REFUZZ_PUT(put)
{
#ifdef CUT
	/* Only the lower half is looked at: it is 0 as well, but so is that of a count that is another. */
	if ((int)atomic64_dec_return(&object->refs) <= 1) {
#else
	if (atomic64_dec_return(&object->refs) == BIAS) {
#endif
		refuzz_link(REFUZZ_NOWHERE);
		kfree_rcu(object, rcu);
	}
}
