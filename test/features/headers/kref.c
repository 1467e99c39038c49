/* A kref that is found without a lock: only one that is not 0 yet may be taken. PLAIN_GET takes any. */
#include <refuzz.h>
#include <linux/kref.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct conn { struct kref ref; struct rcu_head rcu; };

static void release(struct kref *kref)
{
	struct conn *conn = container_of(kref, struct conn, ref);

	refuzz_link(REFUZZ_NOWHERE);
	kfree_rcu(conn, rcu);
}

REFUZZ_SCHEME(struct conn, ref.refcount);
REFUZZ_STATE(one) { kref_init(&object->ref); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_GET(find)
{
	bool found = false;

	rcu_read_lock();
	if (refuzz_linked() == REFUZZ_LIVE) {
#ifdef PLAIN_GET
		kref_get(&object->ref);
		found = true;
#else
		found = kref_get_unless_zero(&object->ref);
#endif
	}
	rcu_read_unlock();
	return found;
}
REFUZZ_PUT(put) { kref_put(&object->ref, release); }
REFUZZ_USE(use) { refuzz_use(); }
