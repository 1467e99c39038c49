/* A device that ends in its release(); AFTER_PUT looks at it once it has been put. */
#include <refuzz.h>
#include <linux/device.h>
#include <linux/slab.h>

struct gadget {
	struct device dev;
};

static void gadget_release(struct device *dev)
{
	dev_dbg(dev, "gone\n");
	kfree(container_of(dev, struct gadget, dev));
}

static const struct device_type gadget_type = { .name = "gadget", .release = gadget_release };

static struct gadget *gadget_new(void)
{
	struct gadget *gadget = kzalloc(sizeof(*gadget), GFP_KERNEL);

	if (!gadget)
		return NULL;
	gadget->dev.type = &gadget_type;
	device_initialize(&gadget->dev);
	get_device(&gadget->dev);
	return gadget;
}

static void gadget_put(struct gadget *gadget)
{
	put_device(&gadget->dev);
#ifdef AFTER_PUT
	refuzz_use();
#endif
}

REFUZZ_SCHEME(struct gadget, dev.kobj.kref);
REFUZZ_FIELD(dev.kobj.ktype);
REFUZZ_FIELD(dev.kobj.state_initialized);
REFUZZ_FIELD(dev.type);
REFUZZ_FIELD(dev.release);
REFUZZ_STATE(two) { gadget_new(); refuzz_hold(0); refuzz_hold(1); }
REFUZZ_PUT(put) { gadget_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
