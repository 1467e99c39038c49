/* Who removes the device waits until the last put completes, and then frees what the completion lies in. */
#include <refuzz.h>
#include <linux/completion.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct device {
	refcount_t users;
	struct completion unused;
};

static int is_there;

REFUZZ_SCHEME(struct device, users);
REFUZZ_STATE(busy)
{
	refcount_set(&object->users, 2);
	init_completion(&object->unused);
	is_there = 1;
	refuzz_hold(1);
}

static void device_put(struct device *device)
{
	if (refcount_dec_and_test(&device->users))
		/* defect: (void)0; */
		complete(&device->unused);
}

REFUZZ_PUT(put) { device_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(remove)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	device_put(object);
	wait_for_completion(&object->unused);
	kfree(object);
	return REFUZZ_GRANTED;
}
