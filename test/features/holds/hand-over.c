/* Who has the work queues it, and the worker that takes it over puts the reference which came with it. */
#include <refuzz.h>
#include <linux/container_of.h>
#include <linux/kref.h>
#include <linux/slab.h>

struct work { struct kref ref; int queued; };

static void release(struct kref *ref) { kfree(container_of(ref, struct work, ref)); }

REFUZZ_SCHEME(struct work, ref.refcount);
REFUZZ_FIELD(queued);
REFUZZ_STATE(owned) { kref_init(&object->ref); refuzz_hold(0); }
REFUZZ_STATE(shared) { refcount_set(&object->ref.refcount, 2); refuzz_hold(0); refuzz_hold(1); }

REFUZZ_HAND_OVER(queue)
{
	WRITE_ONCE(object->queued, 1);
#ifdef LATE
	/* The worker may have it by then, and be done with it. */
	kref_put(&object->ref, release);
#endif
}
REFUZZ_USE(work) { refuzz_use(); }
REFUZZ_PUT(finish) { kref_put(&object->ref, release); }
