/*
 * A pipe with a mutex inside, whose last user frees it.
 *
 * Op by op: the count is right, the mutex goes with the pipe as before.
 */
#include <refuzz.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct pipe {
	struct mutex lock;
	refcount_t users;
};

static void pipe_put(struct pipe *pipe)
{
	bool is_last;

	mutex_lock(&pipe->lock);
	is_last = refcount_dec_and_test(&pipe->users);
	mutex_unlock(&pipe->lock);
	if (is_last)
		kfree(pipe);
}

REFUZZ_SCHEME(struct pipe, users);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_FIELD(lock);
REFUZZ_STATE(one)
{
	refcount_set(&object->users, 1);
	refuzz_hold(0);
}
REFUZZ_STATE(two)
{
	refcount_set(&object->users, 2);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put) { pipe_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
