/* An armed timer holds one reference: who finds it armed already takes none. */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/timer.h>

struct item {
	refcount_t refs;
	struct timer_list timer;
};

static void item_put(struct item *item)
{
	if (refcount_dec_and_test(&item->refs))
		kfree(item);
}

static void item_expire(struct timer_list *t)
{
	struct item *item = from_timer(item, t, timer);

	item_put(item);
}

static void item_touch(struct item *item)
{
	/* defect: mod_timer(&item->timer, 100); refcount_inc(&item->refs); */
	if (!mod_timer(&item->timer, 100)) refcount_inc(&item->refs);
}

static void item_stop(struct item *item)
{
	if (timer_delete(&item->timer))
		item_put(item);
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_STATE(two)
{
	refcount_set(&object->refs, 2);
	timer_setup(&object->timer, item_expire, 0);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put) { item_put(object); }
REFUZZ_USE(touch) { refcount_inc(&object->refs); item_touch(object); item_put(object); }
REFUZZ_USE(stop) { item_stop(object); }
