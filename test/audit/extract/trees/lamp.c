/* A kref with a release callback, in a table below a mutex. */
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct lamp {
	struct kref refs;
	struct list_head hook;
	u32 colour;
	struct lamp_driver *driver;
};

static LIST_HEAD(lamps);
static DEFINE_MUTEX(lamps_mutex);

static void lamp_release(struct kref *refs)
{
	struct lamp *lamp = container_of(refs, struct lamp, refs);

	list_del(&lamp->hook);
	mutex_unlock(&lamps_mutex);
	lamp_driver_detach(lamp->driver);
	kfree(lamp);
}

struct lamp *lamp_add(void)
{
	struct lamp *lamp = kzalloc(sizeof(*lamp), GFP_KERNEL);

	if (!lamp)
		return NULL;
	kref_init(&lamp->refs);
	mutex_lock(&lamps_mutex);
	list_add_tail(&lamp->hook, &lamps);
	mutex_unlock(&lamps_mutex);
	return lamp;
}

struct lamp *lamp_first(void)
{
	struct lamp *lamp = NULL;

	mutex_lock(&lamps_mutex);
	if (!list_empty(&lamps)) {
		lamp = list_first_entry(&lamps, struct lamp, hook);
		kref_get(&lamp->refs);
	}
	mutex_unlock(&lamps_mutex);
	return lamp;
}

void lamp_put(struct lamp *lamp)
{
	kref_put_mutex(&lamp->refs, lamp_release, &lamps_mutex);
}
