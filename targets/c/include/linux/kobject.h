/*
 * A kobject is a kref that ends in its type's release(). Names, parents, sysfs and uevents are left out.
 */
#ifndef _LINUX_KOBJECT_H
#define _LINUX_KOBJECT_H

#include <refuzz/leaves-out.h>
#include <linux/bug.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/types.h>

struct kobject;

struct kobj_type {
	void (*release)(struct kobject *kobj);
	const void *sysfs_ops;
	const void *default_groups;
};

struct kset;

struct kobject {
	const char *name;
	struct list_head entry;
	struct kobject *parent;
	struct kset *kset;
	const struct kobj_type *ktype;
	struct kref kref;
	/* Bit fields there. */
	bool state_initialized;
	bool state_in_sysfs;
};

static inline void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	REFUZZ_LEAVES_OUT("kobjects: names, parents, sysfs and uevents");
	kref_init(&kobj->kref);
	kobj->ktype = ktype;
	kobj->state_initialized = true;
}

static inline struct kobject *kobject_get(struct kobject *kobj)
{
	if (!kobj)
		return NULL;
	WARN(!kobj->state_initialized, "kobject is not initialized, yet kobject_get() is being called.\n");
	kref_get(&kobj->kref);
	return kobj;
}

static inline struct kobject *__must_check kobject_get_unless_zero(struct kobject *kobj)
{
	return kobj && kref_get_unless_zero(&kobj->kref) ? kobj : NULL;
}

static inline void refuzz_kobject_release(struct kref *kref)
{
	struct kobject *kobj = container_of(kref, struct kobject, kref);

	if (kobj->ktype && kobj->ktype->release)
		kobj->ktype->release(kobj);
}

static inline void kobject_put(struct kobject *kobj)
{
	if (!kobj)
		return;
	WARN(!kobj->state_initialized, "kobject is not initialized, yet kobject_put() is being called.\n");
	kref_put(&kobj->kref, refuzz_kobject_release);
}

static inline const char *kobject_name(const struct kobject *kobj) { return kobj->name; }

#endif
