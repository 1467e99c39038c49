#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
struct sess { spinlock_t lock; atomic_t nr; };
static DEFINE_SPINLOCK(tbl);
static inline void __sess_get(atomic_t *v) { atomic_inc(v); }
static inline bool __sess_put(atomic_t *v)
{
	return atomic_sub_and_test(1, v);
}
static void sess_put(struct sess *s)
{
	if (__sess_put(&s->nr)) {
		spin_lock(&tbl);
		refuzz_link(REFUZZ_NOWHERE);
		spin_unlock(&tbl);
		kfree(s);
	}
}
static bool sess_find(struct sess *s)
{
	bool ok;
	spin_lock(&tbl);
	ok = refuzz_linked() == REFUZZ_LIVE;
	if (ok)
		__sess_get(&s->nr);
	spin_unlock(&tbl);
	return ok;
}
static bool sess_close(struct sess *s)
{
	bool ok;
	spin_lock(&tbl);
	ok = refuzz_linked() == REFUZZ_LIVE;
	if (ok) refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&tbl);
	if (ok && __sess_put(&s->nr)) kfree(s);
	return ok;
}
REFUZZ_SCHEME(struct sess, nr);
REFUZZ_STATE(listed, .count = 1, .live = true);
REFUZZ_STATE(used, .count = 2, .live = true, .holders = 1);
REFUZZ_GET(find) { return sess_find(object); }
REFUZZ_PUT(put) { if (__sess_put(&object->nr)) kfree(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(close) { return sess_close(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
