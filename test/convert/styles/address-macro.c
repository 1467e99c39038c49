/* A device file: opens are counted, and the last close after unplug frees. Unplug holds a count itself. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct usbdev_priv {
	struct mutex lock;
	int gone;
	atomic_t opens;
};

#define priv_opens(p)	(&(p)->opens)
#define priv_hold(p)	do { atomic_inc(priv_opens(p)); } while (0)

static void priv_drop(struct usbdev_priv *p)
{
	int n = atomic_dec_return(priv_opens(p));

	if (n == 0) {
		kfree(p);
		return;
	}
	WARN_ON(n < 0);
}

static bool priv_open(struct usbdev_priv *p)
{
	bool ret = false;

	if (refuzz_linked() != REFUZZ_LIVE)
		return false;
	mutex_lock(&p->lock);
	if (!p->gone) {
		priv_hold(p);
		ret = true;
	}
	mutex_unlock(&p->lock);
	return ret;
}

REFUZZ_SCHEME(struct usbdev_priv, opens);
REFUZZ_STATE(plugged, .count = 1, .live = true);
REFUZZ_STATE(opened, .count = 2, .live = true, .holders = 1);
REFUZZ_GET(open) { return priv_open(object); }
REFUZZ_PUT(close) { priv_drop(object); }
REFUZZ_USE(ioctl) { refuzz_use(); }
