/*
 * The remover of a device waits until its last user has gone, and frees it.
 *
 * Op by op: the count is right, the wake-up comes too late as before.
 */
#include <refuzz.h>
#include <linux/compiler.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct device {
	refcount_t users;
};

/* What the remover waits for. It is nothing of the device, and the queue of those who wait for it is. */
static int is_done;

static void device_put(struct device *device)
{
	if (!refcount_dec_and_test(&device->users))
		return;
	smp_store_release(&is_done, 1);
	refuzz_use();	/* wake_up(&device->queue) */
}

/* The remover, when it looks whether it can go on. The device is off the list of those in use. */
static bool device_reap(struct device *device)
{
	if (!xchg(&is_done, 0))
		return false;
	refuzz_link(REFUZZ_NOWHERE);
	kfree(device);
	return true;
}

REFUZZ_SCHEME(struct device, users);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_WORD(is_done);
REFUZZ_STATE(one)
{
	refcount_set(&object->users, 1);
	refuzz_link(REFUZZ_TRASH);
	refuzz_hold(0);
}
REFUZZ_STATE(two)
{
	refcount_set(&object->users, 2);
	refuzz_link(REFUZZ_TRASH);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put) { device_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(reap) { return device_reap(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
