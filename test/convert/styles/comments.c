#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/rcupdate.h>

struct widget {
	/* lots of text; atomic_inc(&w->refs) in a comment */
	const char	*name;
	atomic_t	refs;
	struct rcu_head rcu;
};

static DEFINE_MUTEX(widgets);

static bool widget_get(struct widget *w)
{
	/* -1: dying */
	return atomic_add_unless(/* the counter */ &w->refs,
				 1, /* one more */
				 -1 /* dead */);
}

static void widget_put(struct widget *w)
{
	atomic_dec( & w -> refs ); // no free here: atomic_dec(&w->refs)
}

static enum refuzz_outcome widget_reap(struct widget *w)
{
	enum refuzz_outcome outcome = REFUZZ_VOID;

	mutex_lock(&widgets);
	if (refuzz_linked() == REFUZZ_LIVE) {
		outcome = REFUZZ_REFUSED;
		if (0 == atomic_cmpxchg(&w->refs, /* idle */ 0, /* dying */ -1)) {
			refuzz_link(REFUZZ_NOWHERE);
			kfree_rcu(w, rcu);
			outcome = REFUZZ_GRANTED;
		}
	}
	mutex_unlock(&widgets);
	return outcome;
}

REFUZZ_SCHEME(struct widget, refs);
REFUZZ_STATE(idle, .live = true);
REFUZZ_STATE(busy, .count = 1, .live = true, .holders = 1);
REFUZZ_GET(get)
{
	bool ok;

	rcu_read_lock();
	ok = refuzz_linked() == REFUZZ_LIVE && widget_get(object);
	rcu_read_unlock();
	return ok;
}
REFUZZ_PUT(put) { widget_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(reap) { return widget_reap(object); }
