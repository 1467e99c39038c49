/* A device runs while somebody has it open: the first opener starts it, the last one stops it, and it is never freed. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/mutex.h>

struct device_use {
	atomic_t openers;
};

static DEFINE_MUTEX(power_mutex);

static bool device_open(struct device_use *use)
{
	mutex_lock(&power_mutex);
	if (atomic_inc_return(&use->openers) == 1)
		refuzz_start();
	mutex_unlock(&power_mutex);
	return true;
}

static void device_close(struct device_use *use)
{
	mutex_lock(&power_mutex);
	if (atomic_dec_and_test(&use->openers))
		refuzz_stop();
	mutex_unlock(&power_mutex);
}

REFUZZ_SCHEME(struct device_use, openers);

REFUZZ_STATE(closed, .live = true);
REFUZZ_STATE(opened)
{
	atomic_set(&object->openers, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
	refuzz_start();
}

REFUZZ_GET(open) { return device_open(object); }
REFUZZ_PUT(close) { device_close(object); }
REFUZZ_USE(work) { refuzz_use(); }
