/* A mutex in the pipe, which its last user frees; after.c: beside it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct pipe {
	struct mutex lock;
	atomic_t users;
};

static void pipe_put(struct pipe *pipe)
{
	bool is_last;

	mutex_lock(&pipe->lock);
	is_last = atomic_dec_and_test(&pipe->users);
	mutex_unlock(&pipe->lock);
	if (is_last)
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
