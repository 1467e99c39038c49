/* The thread that first gets to it owns the lock word, and only the owner unlocks. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/smp.h>

struct lock { atomic_t owner; };

REFUZZ_SCHEME(struct lock, owner);
REFUZZ_STATE(free) { atomic_set(&object->owner, 0); refuzz_link(REFUZZ_LIVE); }

REFUZZ_GET(lock) { return atomic_cmpxchg(&object->owner, 0, 1 + smp_processor_id()) == 0; }
REFUZZ_PUT(unlock)
{
#ifdef SECOND
	/* Whoever is not the first forgets to say who he is. */
	int me = 1;
#else
	int me = 1 + smp_processor_id();
#endif
	WARN_ON(atomic_cmpxchg(&object->owner, me, 0) != me);
}
