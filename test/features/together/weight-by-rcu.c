/*
 * A mount weighs 1024, and who unmounts it drops that by RCU: who finds it meanwhile may count on it. HASTY drops it at once,
 * LIGHT drops one too few.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#define MOUNT 1024

struct sb { atomic_t active; struct rcu_head rcu; };

static void drop(struct sb *sb, int weight)
{
	if (atomic_sub_and_test(weight, &sb->active))
		kfree(sb);
}

static void drop_mount(struct rcu_head *rcu)
{
#ifdef LIGHT
	drop(container_of(rcu, struct sb, rcu), MOUNT - 1);
#else
	drop(container_of(rcu, struct sb, rcu), MOUNT);
#endif
}

REFUZZ_SCHEME(struct sb, active);
REFUZZ_STATE(mounted) { atomic_set(&object->active, MOUNT); refuzz_link(REFUZZ_LIVE); refuzz_holds(0, mounts); }
REFUZZ_STATE(busy)
{
	atomic_set(&object->active, MOUNT + 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_holds(0, mounts);
	refuzz_holds(1, users);
}

REFUZZ_HOLD(mounts, MOUNT, umount);
REFUZZ_HOLD(users, 1, find, put);
REFUZZ_GET(find)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&object->active);
	rcu_read_unlock();
	return found;
}
REFUZZ_PUT(put) { drop(object, 1); }
REFUZZ_PUT(umount)
{
	refuzz_link(REFUZZ_NOWHERE);
#ifdef HASTY
	drop_mount(&object->rcu);
#else
	call_rcu(&object->rcu, drop_mount);
#endif
}
REFUZZ_CONSERVES { return 0; }
