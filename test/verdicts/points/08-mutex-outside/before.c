/* A spinlock beside the pipe; after.c: a mutex beside it, which outlives it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct pipe {
	atomic_t users;
};

static DEFINE_SPINLOCK(pipes);

static void pipe_put(struct pipe *pipe)
{
	bool is_last;

	spin_lock(&pipes);
	is_last = atomic_dec_and_test(&pipe->users);
	spin_unlock(&pipes);
	if (is_last)
		kfree(pipe);
}

REFUZZ_SCHEME(struct pipe, users);
REFUZZ_WORD(pipes);
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
