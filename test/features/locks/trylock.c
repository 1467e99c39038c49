/* Whoever gets the lock cleans up; who does not leaves it to him. */
#include <refuzz.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

struct node { atomic_t refs; };
static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);

REFUZZ_SCHEME(struct node, refs);
REFUZZ_WORD(lock);
REFUZZ_WORD(mutex);
REFUZZ_STATE(idle) { atomic_set(&object->refs, 1); refuzz_link(REFUZZ_LIVE); }

REFUZZ_ACT(clean)
{
	if (!spin_trylock_bh(&lock))
		return REFUZZ_REFUSED;
	if (refuzz_linked() != REFUZZ_LIVE) {
		spin_unlock_bh(&lock);
		return REFUZZ_VOID;
	}
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock_bh(&lock);
	refuzz_free();
	return REFUZZ_GRANTED;
}

REFUZZ_ACT(clean_slowly)
{
	unsigned long flags;

	if (!mutex_trylock(&mutex))
		return REFUZZ_REFUSED;
	if (!spin_trylock_irqsave(&lock, flags)) {
#ifndef FORGETS
		mutex_unlock(&mutex);
#endif
		return REFUZZ_REFUSED;
	}
#ifdef NEGATED
	/* As if it returned 0 when it got it. */
	if (!spin_trylock(&lock))
		spin_unlock(&lock);
#endif
	if (refuzz_linked() == REFUZZ_LIVE) {
		refuzz_link(REFUZZ_NOWHERE);
		refuzz_free();
	}
	spin_unlock_irqrestore(&lock, flags);
	mutex_unlock(&mutex);
	return REFUZZ_GRANTED;
}
