/* Two callbacks, one head: to queue it while it still waits spoils the list, so who queues it again waits first. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item {
	atomic_t refs;
	struct rcu_head rcu;
};

static void item_note(struct rcu_head *rcu) { atomic_inc(&container_of(rcu, struct item, rcu)->refs); }
static void item_free(struct rcu_head *rcu) { kfree(container_of(rcu, struct item, rcu)); }

REFUZZ_SCHEME(struct item, refs);
REFUZZ_STATE(two)
{
	atomic_set(&object->refs, 2);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_PUT(put)
{
	if (!atomic_dec_and_test(&object->refs))
		return;
	call_rcu(&object->rcu, item_note);
	/* defect: (void)0; */
	rcu_barrier();
	call_rcu(&object->rcu, item_free);
}
