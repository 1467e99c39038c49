/* Found in a hash chain below the lock that is a bit of its head; UNLOCKED looks for it without. */
#include <refuzz.h>
#include <linux/list_bl.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct entry {
	refcount_t count;
	struct hlist_bl_node node;
};

static struct hlist_bl_head chain;

static bool find(void)
{
	struct hlist_bl_node *node;
	struct entry *entry;
	bool found = false;

#ifndef UNLOCKED
	hlist_bl_lock(&chain);
#endif
	hlist_bl_for_each_entry(entry, node, &chain, node)
		found = refcount_inc_not_zero(&entry->count);
#ifndef UNLOCKED
	hlist_bl_unlock(&chain);
#endif
	return found;
}

static void put(struct entry *entry)
{
	if (!refcount_dec_and_test(&entry->count))
		return;
	hlist_bl_lock(&chain);
	hlist_bl_del_init(&entry->node);
	hlist_bl_unlock(&chain);
	kfree(entry);
}

REFUZZ_SCHEME(struct entry, count);
REFUZZ_STATE(one)
{
	refcount_set(&object->count, 1);
	hlist_bl_lock(&chain);
	hlist_bl_add_head(&object->node, &chain);
	hlist_bl_unlock(&chain);
	refuzz_hold(0);
}
REFUZZ_GET(find) { return find(); }
REFUZZ_PUT(put) { put(object); }
REFUZZ_USE(use) { refuzz_use(); }
