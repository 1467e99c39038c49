/* Starts at -1, as a page's _mapcount: nobody is -1, one user is 0. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <linux/slab.h>
struct pg { atomic_t mapcount; };
static DEFINE_SPINLOCK(l);
static bool pg_map(struct pg *p)
{
	bool ok;
	spin_lock(&l);
	ok = refuzz_linked() == REFUZZ_LIVE;
	if (ok)
		atomic_inc(&p->mapcount);
	spin_unlock(&l);
	return ok;
}
static void pg_unmap(struct pg *p)
{
	atomic_dec(&p->mapcount);
}
static enum refuzz_outcome pg_reap(struct pg *p)
{
	enum refuzz_outcome o = REFUZZ_VOID;
	spin_lock(&l);
	if (refuzz_linked() == REFUZZ_LIVE) {
		o = REFUZZ_REFUSED;
		if (atomic_read(&p->mapcount) == -1) {
			refuzz_link(REFUZZ_NOWHERE);
			kfree(p);
			o = REFUZZ_GRANTED;
		}
	}
	spin_unlock(&l);
	return o;
}
REFUZZ_SCHEME(struct pg, mapcount);
REFUZZ_STATE(unmapped, .count = -1, .live = true);
REFUZZ_STATE(once, .count = 0, .live = true, .holders = 1);
REFUZZ_GET(map) { return pg_map(object); }
REFUZZ_PUT(unmap) { pg_unmap(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(reap) { return pg_reap(object); }
