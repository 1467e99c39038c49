/* Readers share the lock, and the last put takes it alone. */
#include <refuzz.h>
#include <linux/spinlock.h>

struct node { atomic_t refs; };
static DEFINE_RWLOCK(tree_lock);

REFUZZ_SCHEME(struct node, refs);
REFUZZ_WORD(tree_lock);
REFUZZ_STATE(idle) { atomic_set(&object->refs, 1); refuzz_link(REFUZZ_LIVE); }
REFUZZ_STATE(one) { atomic_set(&object->refs, 2); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }

REFUZZ_GET(lookup)
{
	bool found;

	read_lock_bh(&tree_lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&object->refs);
#ifdef TWICE
	read_unlock_bh(&tree_lock);
#endif
#ifndef KEPT
	read_unlock_bh(&tree_lock);
#endif
	return found;
}

REFUZZ_PUT(put)
{
	if (atomic_dec_and_test(&object->refs))
		refuzz_free();
}

REFUZZ_ACT(unlink)
{
	unsigned long flags;
	bool was;

#ifdef SHARED
	read_lock_irqsave(&tree_lock, flags);
#else
	write_lock_irqsave(&tree_lock, flags);
#endif
	was = refuzz_linked() == REFUZZ_LIVE;
	if (was)
		refuzz_link(REFUZZ_NOWHERE);
#ifdef SHARED
	read_unlock_irqrestore(&tree_lock, flags);
#else
	write_unlock_irqrestore(&tree_lock, flags);
#endif
	if (!was)
		return REFUZZ_VOID;
	if (atomic_dec_and_test(&object->refs))
		refuzz_free();
	return REFUZZ_GRANTED;
}

REFUZZ_ACT(peek)
{
	if (!write_trylock(&tree_lock))
		return REFUZZ_REFUSED;
	write_unlock(&tree_lock);
	if (!read_trylock(&tree_lock))
		return REFUZZ_REFUSED;
	read_unlock(&tree_lock);
	return REFUZZ_GRANTED;
}
