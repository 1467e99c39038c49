/*
 * A mount that is found under the lock of the table.
 *
 * It is counted after the unlock, when a removal may have freed it.
 */
#include <refuzz.h>
#include <linux/container_of.h>
#include <linux/kref.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct mount {
	struct kref kref;
};

static DEFINE_SPINLOCK(table);

static void mount_free(struct kref *kref)
{
	kfree(container_of(kref, struct mount, kref));
}

static bool mount_get(struct mount *mount)
{
	bool found;

	spin_lock(&table);
	found = refuzz_linked() == REFUZZ_LIVE;
	spin_unlock(&table);
	if (found)
		kref_get(&mount->kref);
	return found;
}

static void mount_put(struct mount *mount)
{
	kref_put(&mount->kref, mount_free);
}

/* The table has a reference of its own. */
static bool mount_remove(struct mount *mount)
{
	bool was_there;

	spin_lock(&table);
	was_there = refuzz_linked() == REFUZZ_LIVE;
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&table);
	if (was_there)
		mount_put(mount);
	return was_there;
}

REFUZZ_SCHEME(struct mount, kref.refcount.refs);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_WORD(table);
REFUZZ_STATE(listed)
{
	kref_init(&object->kref);
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_GET(get) { return mount_get(object); }
REFUZZ_PUT(put) { mount_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(remove) { return mount_remove(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
