/*
 * A device that is told to go. Whoever gets a reference looks at the flag behind it; who stops the device looks at the count
 * behind the flag. One of the two sees the other: a full barrier stands behind the increment.
 */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/mutex.h>

struct device {
	refcount_t users;
	int going;
};

static bool device_get(struct device *device)
{
	refcount_inc(&device->users);
	smp_mb__after_atomic();
	if (!READ_ONCE(device->going))
		return true;
	refcount_dec(&device->users);
	return false;
}

static void device_put(struct device *device)
{
	refcount_dec(&device->users);
}

static DEFINE_MUTEX(stop_lock);

/* Only a device that nobody uses. The flag is taken back otherwise. */
static enum refuzz_outcome device_stop(struct device *device)
{
	enum refuzz_outcome outcome = REFUZZ_VOID;

	mutex_lock(&stop_lock);
	if (!device->going) {
		WRITE_ONCE(device->going, 1);
		smp_mb();
		if (refcount_read(&device->users) == 1) {
			smp_mb();
			refuzz_stop();
			outcome = REFUZZ_GRANTED;
		} else {
			WRITE_ONCE(device->going, 0);
			outcome = REFUZZ_REFUSED;
		}
	}
	mutex_unlock(&stop_lock);
	return outcome;
}

REFUZZ_SCHEME(struct device, users);

REFUZZ_STATE(up) { object->users.refs.counter = 1; refuzz_start(); }
REFUZZ_STATE(used) { object->users.refs.counter = 2; refuzz_start(); refuzz_hold(0); }

REFUZZ_GET(get) { return device_get(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_PUT(put) { device_put(object); }
REFUZZ_ACT(stop) { return device_stop(object); }
