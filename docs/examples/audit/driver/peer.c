#include <linux/slab.h>
#include "session.h"

static LIST_HEAD(peers);
static DEFINE_SPINLOCK(peers_lock);

struct peer *peer_new(void)
{
	struct peer *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return NULL;
	atomic_set(&p->users, 1);
	spin_lock(&peers_lock);
	list_add_rcu(&p->node, &peers);
	spin_unlock(&peers_lock);
	return p;
}

struct peer *peer_find(struct peer *p)
{
	rcu_read_lock();
	if (!atomic_add_unless(&p->users, 1, -1))
		p = NULL;
	rcu_read_unlock();
	return p;
}

void peer_put(struct peer *p)
{
	atomic_dec(&p->users);
}

void peer_gc(struct peer *p)
{
	if (atomic_cmpxchg(&p->users, 0, -1) == 0) {
		list_del_rcu(&p->node);
		kfree_rcu(p, rcu);
	}
}
