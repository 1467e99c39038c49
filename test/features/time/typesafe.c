/* Memory that is reused while readers look: who has got a reference looks whether it is still the object that he meant. */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item {
	refcount_t refs;
	int key;
};

static void item_put(struct item *item)
{
	if (refcount_dec_and_test(&item->refs)) {
		refuzz_link(REFUZZ_NOWHERE);
		kfree(item);
	}
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_FIELD(key);
REFUZZ_STATE(linked)
{
	refcount_set(&object->refs, 1);
	WRITE_ONCE(object->key, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}
/* What becomes of the memory: an item with another key, whose owner puts it some time. */
REFUZZ_REUSE
{
	WRITE_ONCE(object->key, 2);
	refcount_set(&object->refs, 1);
	if (refcount_dec_and_test(&object->refs))
		kfree(object);
}

REFUZZ_GET(find)
{
	bool got = false;

	rcu_read_lock();
	if (refuzz_linked() == REFUZZ_LIVE && refcount_inc_not_zero(&object->refs)) {
		got = true;
		/* defect: if (0) { */
		if (READ_ONCE(object->key) != 1) {
			got = false;
			if (refcount_dec_and_test(&object->refs))
				kfree(object);
		}
	}
	rcu_read_unlock();
	return got;
}
REFUZZ_PUT(put) { item_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
