/* A kobject, whose type says how it is released. TWICE puts once more on the way out. */
#include <refuzz.h>
#include <linux/kobject.h>
#include <linux/slab.h>

struct item { struct kobject kobj; };

static void item_release(struct kobject *kobj) { kfree(container_of(kobj, struct item, kobj)); }
static const struct kobj_type item_type = { .release = item_release };

REFUZZ_SCHEME(struct item, kobj.kref.refcount);
REFUZZ_STATE(one) { kobject_init(&object->kobj, &item_type); refuzz_hold(0); }
REFUZZ_DUP(get) { return kobject_get(&object->kobj) != NULL; }
REFUZZ_PUT(put)
{
	kobject_put(&object->kobj);
#ifdef TWICE
	kobject_put(&object->kobj);
#endif
}
REFUZZ_USE(use) { refuzz_use(); }
