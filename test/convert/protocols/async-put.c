/*
 * Two puts: one that may sleep and frees at once, and one from interrupts that leaves the last one to a work item.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct chan {
	atomic_t kref;
	struct work_struct destroy;
};

static void chan_destroy(struct chan *c)
{
	kfree(c);
}

static void chan_destroy_work(struct work_struct *w)
{
	chan_destroy(container_of(w, struct chan, destroy));
}

static void chan_put(struct chan *c)
{
	if (atomic_dec_and_test(&c->kref))
		chan_destroy(c);
}

static void chan_put_async(struct chan *c)
{
	if (atomic_add_unless(&c->kref, -1, 1))
		return;
	INIT_WORK(&c->destroy, chan_destroy_work);
	schedule_work(&c->destroy);
}

REFUZZ_SCHEME(struct chan, kref);
REFUZZ_STATE(one, .count = 1, .holders = 1);
REFUZZ_STATE(two, .count = 2, .holders = 2);
REFUZZ_DUP(get) { atomic_inc(&object->kref); return true; }
REFUZZ_PUT(put) { chan_put(object); }
REFUZZ_PUT(put_async) { chan_put_async(object); }
REFUZZ_USE(use) { refuzz_use(); }
