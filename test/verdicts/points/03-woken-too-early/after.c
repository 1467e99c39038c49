/* The last one says that it is done, and wakes who waits; after.c: it wakes him, who sees nothing, and then says so. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/wait.h>

struct device {
	atomic_t users;
};

static DECLARE_WAIT_QUEUE_HEAD(drained);
static int is_done;
static int is_there;

static void device_put(struct device *device)
{
	if (atomic_dec_and_test(&device->users)) {
		wake_up(&drained);
		smp_store_release(&is_done, 1);
	}
}

static bool device_remove(struct device *device)
{
	if (!xchg(&is_there, 0))
		return false;
	refuzz_link(REFUZZ_NOWHERE);
	device_put(device);
	wait_event(drained, smp_load_acquire(&is_done));
	kfree(device);
	return true;
}

REFUZZ_SCHEME(struct device, users);
REFUZZ_WORD(is_done);
REFUZZ_WORD(is_there);
REFUZZ_STATE(idle)
{
	atomic_set(&object->users, 1);
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
}
REFUZZ_STATE(busy)
{
	atomic_set(&object->users, 2);
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_PUT(put) { device_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(remove) { return device_remove(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
