/* A device that is unplugged while it is open: the last close frees it, or the unplugging if nobody has it open. */
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct device {
	refcount_t opens;
	bool gone;
};

static DEFINE_MUTEX(device_mutex);
static struct device *device_slot;

static bool device_open(struct device *device)
{
	bool found;

	mutex_lock(&device_mutex);
	found = device_slot == device;
	if (found)
		refcount_inc(&device->opens);
	mutex_unlock(&device_mutex);
	return found;
}

static void device_close(struct device *device)
{
	if (refcount_dec_and_test(&device->opens))
		kfree(device);
}

static void device_unplug(void)
{
	struct device *device;

	mutex_lock(&device_mutex);
	device = device_slot;
	device_slot = NULL;
	if (device)
		device->gone = true;
	mutex_unlock(&device_mutex);
	if (device)
		device_close(device);
}

/* A holder asks whether it is still there. */
static bool device_is_there(const struct device *device) { return !device->gone; }
