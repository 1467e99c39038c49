/*
 * Each thread, and the timer, counts in a variable of its own how deep it sits in a batch; what it drops inside waits for the
 * end. SHARED makes one variable of them.
 */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/timer.h>

struct item { refcount_t refs; struct timer_list timer; };

#ifdef SHARED
static int depth, dropped;
#else
REFUZZ_THREAD_LOCAL(int, depth);
REFUZZ_THREAD_LOCAL(int, dropped);
#endif

static void item_put(struct item *item)
{
	if (depth > 0)
		dropped++;
	else if (refcount_dec_and_test(&item->refs))
		kfree(item);
}

/* The batch ends here, and with it perhaps the item: nothing is read from that before the last reference is dropped. */
static void item_put_in_batch(struct item *item)
{
	depth++;
	item_put(item);
	if (--depth > 0)
		return;
	while (dropped > 0) {
		dropped--;
		item_put(item);
	}
}

static void item_expire(struct timer_list *t)
{
	struct item *item = from_timer(item, t, timer);

	item_put_in_batch(item);
}

REFUZZ_SCHEME(struct item, refs);
REFUZZ_STATE(two)
{
	refcount_set(&object->refs, 2);
	timer_setup(&object->timer, item_expire, 0);
	refuzz_hold(0);
	refuzz_hold(1);
}
/* An armed timer has a reference. */
REFUZZ_USE(start)
{
	refcount_inc(&object->refs);
	if (mod_timer(&object->timer, 1))
		item_put(object);
}
REFUZZ_PUT(put) { item_put_in_batch(object); }
