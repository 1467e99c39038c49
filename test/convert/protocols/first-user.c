/* A device runs while somebody has it open: the first opener starts it, the last one stops it, and it is never freed. */
#include <refuzz.h>
#include <linux/atomic.h>

struct device_use {
	atomic_t openers;
};

static bool device_open(struct device_use *use)
{
	if (atomic_inc_return(&use->openers) == 1)
		refuzz_start();
	return true;
}

static void device_close(struct device_use *use)
{
	if (atomic_dec_and_test(&use->openers))
		refuzz_stop();
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
