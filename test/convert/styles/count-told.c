#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/rcupdate.h>
struct ent { atomic_t refs; struct rcu_head rcu; };
/* Returns the number of users, or 0. */
static int ent_tryget(struct ent *e)
{
	int old = atomic_read(&e->refs);

	for (;;) {
		int seen;

		if (!old)
			return 0;
		seen = atomic_cmpxchg(&e->refs, old, old + 1);
		if (seen == old)
			return old + 1;
		old = seen;
	}
}
static void ent_free_rcu(struct rcu_head *head) { kfree(container_of(head, struct ent, rcu)); }
static void ent_put(struct ent *e)
{
	if (!atomic_dec_and_test(&e->refs))
		return;
	refuzz_link(REFUZZ_NOWHERE);
	call_rcu(&e->rcu, ent_free_rcu);
}
static bool ent_find(struct ent *e)
{
	int users;
	rcu_read_lock();
	users = refuzz_linked() == REFUZZ_LIVE ? ent_tryget(e) : 0;
	rcu_read_unlock();
	return users > 0;
}
REFUZZ_SCHEME(struct ent, refs);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_GET(find) { return ent_find(object); }
REFUZZ_PUT(put) { ent_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
