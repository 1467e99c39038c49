#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/rcupdate.h>
struct ent { atomic_t cnt; struct rcu_head rcu; };
static void ent_free(struct rcu_head *h) { kfree(container_of(h, struct ent, rcu)); }
static struct ent *ent_get(struct ent *e)
{
	return atomic_inc_not_zero(&e->cnt) ? e : NULL;
}
static void ent_put(struct ent *e)
{
	int left = atomic_dec_return(&e->cnt);

	if (left == 0) {
		refuzz_link(REFUZZ_NOWHERE);
		call_rcu(&e->rcu, ent_free);
	}
}
REFUZZ_SCHEME(struct ent, cnt);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_GET(get)
{
	bool ok;
	rcu_read_lock();
	ok = refuzz_linked() == REFUZZ_LIVE && ent_get(object) != NULL;
	rcu_read_unlock();
	return ok;
}
REFUZZ_PUT(put) { ent_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
