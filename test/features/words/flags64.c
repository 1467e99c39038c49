/* A word of 64 bits beside the count: its upper half says that the object is dead, its lower half counts users. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/bug.h>

#define DEAD (1LL << 63)

struct node { atomic_t refs; atomic64_t users; struct rcu_head rcu; };

REFUZZ_SCHEME(struct node, refs);
REFUZZ_FIELD(users);
REFUZZ_STATE(one) { atomic_set(&object->refs, 1); atomic64_set(&object->users, 0x100000000LL); refuzz_link(REFUZZ_LIVE); }

static bool try_get(struct node *node)
{
	s64 old = atomic64_read(&node->users);

	do {
		if (old & DEAD)
			return false;
	} while (!atomic64_try_cmpxchg(&node->users, &old, old + 1));
	return true;
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
	/* The upper bits stay as they were. */
	s64 left = atomic64_dec_return(&object->users);

	BUG_ON((left & 0x7fffffff00000000LL) != 0x100000000LL);
	if (left == (DEAD | 0x100000000LL))
		kfree_rcu(object, rcu);
}

static bool mark_dead(struct node *node)
{
#ifdef TWO_ACCESSES
	s64 old = atomic64_read(&node->users);

	atomic64_set(&node->users, old | DEAD);
#else
	s64 old = atomic64_fetch_or(DEAD, &node->users);
#endif
	if (old & DEAD)
		return false;
	refuzz_link(REFUZZ_NOWHERE);
	if (old == 0x100000000LL)
		kfree_rcu(node, rcu);
	return true;
}

REFUZZ_ACT(kill)
{
	bool killed;

	rcu_read_lock();
	killed = refuzz_linked() == REFUZZ_LIVE && mark_dead(object);
	rcu_read_unlock();
	return killed ? REFUZZ_GRANTED : REFUZZ_VOID;
}
