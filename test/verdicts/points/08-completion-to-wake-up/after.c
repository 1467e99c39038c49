/* To say "done" is the last thing that a user does; after.c: it then wakes the waiter through a queue in the device. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/slab.h>

struct device {
	atomic_t users;
};

static int is_done;

static void device_put(struct device *device)
{
	if (atomic_dec_and_test(&device->users)) {
		smp_store_release(&is_done, 1);
		refuzz_use();	/* wake_up(&device->queue) */
	}
}

static bool device_reap(struct device *device)
{
	if (!xchg(&is_done, 0))
		return false;
	refuzz_link(REFUZZ_NOWHERE);
	kfree(device);
	return true;
}

REFUZZ_SCHEME(struct device, users);
REFUZZ_WORD(is_done);
REFUZZ_STATE(one)
{
	atomic_set(&object->users, 1);
	refuzz_link(REFUZZ_TRASH);
	refuzz_hold(0);
}
REFUZZ_STATE(two)
{
	atomic_set(&object->users, 2);
	refuzz_link(REFUZZ_TRASH);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put) { device_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(reap) { return device_reap(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
