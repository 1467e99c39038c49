/*
 * A walk takes what is first on the list, and the last put takes it off; who finds one that is on its way out goes on.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct probe {
	struct list_head list;
	atomic_t nref;
};

static LIST_HEAD(probes);
static DEFINE_SPINLOCK(probes_lock);

static struct probe *probe_next(void)
{
	struct probe *p, *found = NULL;

	spin_lock(&probes_lock);
	list_for_each_entry(p, &probes, list) {
		if (atomic_inc_return(&p->nref) > 1) {
			found = p;
			break;
		}
		atomic_dec(&p->nref);
	}
	spin_unlock(&probes_lock);
	return found;
}

static void probe_put(struct probe *p)
{
	if (!atomic_dec_and_test(&p->nref))
		return;
	spin_lock(&probes_lock);
	list_del(&p->list);
	spin_unlock(&probes_lock);
	kfree(p);
}

REFUZZ_SCHEME(struct probe, nref);
REFUZZ_STATE(one) { atomic_set(&object->nref, 1); list_add(&object->list, &probes); refuzz_hold(0); }
REFUZZ_STATE(two) { atomic_set(&object->nref, 2); list_add(&object->list, &probes); refuzz_hold(0); refuzz_hold(1); }
REFUZZ_OPS(probe_next, probe_put);
REFUZZ_USE(use) { refuzz_use(); }
