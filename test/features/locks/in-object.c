/* A read lock in the object: who has dropped the last reference under it must not unlock it once it is freed. */
#include <refuzz.h>
#include <linux/spinlock.h>

struct node { atomic_t refs; rwlock_t lock; };

REFUZZ_SCHEME(struct node, refs);
REFUZZ_FIELD(lock);
REFUZZ_STATE(held) { atomic_set(&object->refs, 2); refuzz_hold(0); refuzz_hold(1); }

REFUZZ_USE(use)
{
	read_lock(&object->lock);
	refuzz_use();
	read_unlock(&object->lock);
}

REFUZZ_PUT(put)
{
	bool last;

	write_lock(&object->lock);
	last = atomic_dec_and_test(&object->refs);
#ifdef LATE
	if (last)
		refuzz_free();
	write_unlock(&object->lock);
#else
	write_unlock(&object->lock);
	if (last)
		refuzz_free();
#endif
}
