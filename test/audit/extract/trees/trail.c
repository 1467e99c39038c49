/* Read in RCU, freed after a grace period. */
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct trail {
	struct hlist_node node;
	atomic_t walkers;
	unsigned long length;
	struct rcu_head rcu;
};

static HLIST_HEAD(trails);
static DEFINE_SPINLOCK(trails_lock);

struct trail *trail_new(unsigned long length)
{
	struct trail *trail = kmalloc(sizeof(*trail), GFP_KERNEL);

	if (!trail)
		return NULL;
	trail->length = length;
	atomic_set(&trail->walkers, 1);
	spin_lock(&trails_lock);
	hlist_add_head_rcu(&trail->node, &trails);
	spin_unlock(&trails_lock);
	return trail;
}

struct trail *trail_enter(unsigned long length)
{
	struct trail *trail;

	rcu_read_lock();
	hlist_for_each_entry_rcu(trail, &trails, node) {
		if (trail->length == length && atomic_inc_not_zero(&trail->walkers)) {
			rcu_read_unlock();
			return trail;
		}
	}
	rcu_read_unlock();
	return NULL;
}

static void trail_free(struct rcu_head *head)
{
	kfree(container_of(head, struct trail, rcu));
}

void trail_leave(struct trail *trail)
{
	if (!atomic_dec_and_test(&trail->walkers))
		return;
	spin_lock(&trails_lock);
	hlist_del_rcu(&trail->node);
	spin_unlock(&trails_lock);
	call_rcu(&trail->rcu, trail_free);
}
