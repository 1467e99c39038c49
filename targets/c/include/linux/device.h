/*
 * A device is a kobject that ends in its own release(), or its type's. Drivers, buses, classes and power are left out.
 */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <refuzz/leaves-out.h>
#include <refuzz/usual.h>
#include <linux/kobject.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/types.h>

struct device;

struct device_type {
	const char *name;
	void (*release)(struct device *dev);
};

struct device {
	struct kobject kobj;
	struct device *parent;
	const struct device_type *type;
	void *driver_data;
	void *platform_data;
	void (*release)(struct device *dev);
};

static inline void refuzz_device_release(struct kobject *kobj)
{
	struct device *dev = container_of(kobj, struct device, kobj);

	if (dev->release)
		dev->release(dev);
	else if (dev->type && dev->type->release)
		dev->type->release(dev);
	else
		WARN(1, "Device does not have a release() function, it is broken and must be fixed.\n");
}

static const struct kobj_type refuzz_device_ktype __attribute__((__unused__)) = { .release = refuzz_device_release };

static inline void device_initialize(struct device *dev)
{
	REFUZZ_LEAVES_OUT("devices: drivers, buses, classes and power");
	kobject_init(&dev->kobj, &refuzz_device_ktype);
}

static inline struct device *get_device(struct device *dev)
{
	return dev ? container_of(kobject_get(&dev->kobj), struct device, kobj) : NULL;
}

static inline void put_device(struct device *dev)
{
	if (dev)
		kobject_put(&dev->kobj);
}

static inline void *dev_get_drvdata(const struct device *dev) { return dev->driver_data; }
static inline void dev_set_drvdata(struct device *dev, void *data) { dev->driver_data = data; }
static inline const char *dev_name(const struct device *dev) { return kobject_name(&dev->kobj); }

#define dev_printk(level, dev, ...) ((void)(dev), printk(__VA_ARGS__))
#define dev_err(dev, ...) ((void)(dev), printk(__VA_ARGS__))
#define dev_warn(dev, ...) ((void)(dev), printk(__VA_ARGS__))
#define dev_notice(dev, ...) ((void)(dev), printk(__VA_ARGS__))
#define dev_info(dev, ...) ((void)(dev), printk(__VA_ARGS__))
#define dev_dbg(dev, ...) ((void)(dev), printk(__VA_ARGS__))
#define dev_WARN(dev, ...) ((void)(dev), WARN(1, __VA_ARGS__))
#define dev_WARN_ONCE(dev, condition, ...) ((void)(dev), WARN_ONCE(condition, __VA_ARGS__))

#endif
