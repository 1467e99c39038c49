/*
 * The destroyer waits until the last user is gone: the count starts at 1, which the destroyer drops before it waits.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct ctl {
	atomic_t use;
	struct completion unused;
};

static DEFINE_SPINLOCK(ctl_lock);

static bool ctl_use(struct ctl *c)
{
	bool ok;

	spin_lock(&ctl_lock);
	ok = refuzz_linked() == REFUZZ_LIVE;
	if (ok)
		atomic_inc(&c->use);
	spin_unlock(&ctl_lock);
	return ok;
}

static void ctl_unuse(struct ctl *c)
{
	if (!atomic_dec_return(&c->use))
		complete(&c->unused);
}

static bool ctl_destroy(struct ctl *c)
{
	bool mine;

	spin_lock(&ctl_lock);
	mine = refuzz_linked() == REFUZZ_LIVE;
	if (mine)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&ctl_lock);
	if (!mine)
		return false;
	ctl_unuse(c);
	wait_for_completion(&c->unused);
	kfree(c);
	return true;
}

REFUZZ_SCHEME(struct ctl, use);
REFUZZ_STATE(up) { atomic_set(&object->use, 1); refuzz_link(REFUZZ_LIVE); init_completion(&object->unused); }
REFUZZ_STATE(used) { atomic_set(&object->use, 2); refuzz_link(REFUZZ_LIVE); init_completion(&object->unused); refuzz_hold(0); }
REFUZZ_GET(use) { return ctl_use(object); }
REFUZZ_PUT(unuse) { ctl_unuse(object); }
REFUZZ_USE(work) { refuzz_use(); }
REFUZZ_ACT(destroy) { return ctl_destroy(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
