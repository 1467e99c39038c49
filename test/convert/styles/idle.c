/* A count that is idle at 0, looked at through a macro, and set by a function that only a state calls. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#define ENT_IDLE	0
#define ent_count(e)	atomic_read(&(e)->users)
struct ent { atomic_t users; spinlock_t lock; };
static int ent_stats;
static void ent_init(struct ent *e)
{
	atomic_set(&e->users, ENT_IDLE);
	refuzz_link(REFUZZ_LIVE);
}
static bool ent_get(struct ent *e)
{
	bool found;

	spin_lock(&e->lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_add(1, &e->users);
	spin_unlock(&e->lock);
	return found;
}
static void ent_put(struct ent *e)
{
	ent_stats = atomic_read(&e->users);
	atomic_dec(&e->users);
}
static bool ent_shrink(struct ent *e)
{
	bool freed;

	spin_lock(&e->lock);
	freed = refuzz_linked() == REFUZZ_LIVE && 2 * ent_count(e) == 2 * ENT_IDLE;
	if (freed)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&e->lock);
	if (freed)
		kfree(e);
	return freed;
}
REFUZZ_SCHEME(struct ent, users);
REFUZZ_STATE(idle) { ent_init(object); }
REFUZZ_STATE(used, .count = 1, .live = true, .holders = 1);
REFUZZ_GET(get) { return ent_get(object); }
REFUZZ_PUT(put) { ent_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(shrink) { return ent_shrink(object) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
