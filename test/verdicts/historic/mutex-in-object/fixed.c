/*
 * A pipe with a mutex inside, whose last user frees it.
 *
 * The decrement comes after the unlock: who drops the last reference knows that all have left.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct pipe {
	struct mutex lock;
	atomic_t users;
};

static void pipe_put(struct pipe *pipe)
{
	mutex_lock(&pipe->lock);
	refuzz_use();
	mutex_unlock(&pipe->lock);
	if (atomic_dec_and_test(&pipe->users))
		kfree(pipe);
}

REFUZZ_SCHEME(struct pipe, users);
REFUZZ_FIELD(lock);
REFUZZ_STATE(one)
{
	atomic_set(&object->users, 1);
	refuzz_hold(0);
}
REFUZZ_STATE(two)
{
	atomic_set(&object->users, 2);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put) { pipe_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
