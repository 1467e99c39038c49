/*
 * ip_vs_dest since v4.11: the trash keeps the reference of the service.
 *
 * Taking a dest back takes no reference, for the trash hands on its own. The timer leaves the last one to an RCU
 * callback.
 */
#include <refuzz.h>
#include <linux/container_of.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct dest {
	refcount_t refcnt;
	struct rcu_head rcu;
};

/*
 * Where the dest is linked, refuzz_linked() says: REFUZZ_LIVE is the service's list, REFUZZ_TRASH the trash. When it was
 * first seen idle there, refuzz_idle_note() notes.
 */
static DEFINE_MUTEX(service_mutex);
static DEFINE_SPINLOCK(trash_lock);
/* A timer's function never runs twice at once. */
static DEFINE_SPINLOCK(trash_timer);

/* A packet's connection is bound to a dest that is found in the service's list. */
static bool dest_bind(struct dest *dest)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refcount_inc(&dest->refcnt);
	rcu_read_unlock();
	return found;
}

static void dest_unbind(struct dest *dest)
{
	smp_mb__before_atomic();
	refcount_dec(&dest->refcnt);
}

/* The administrator removes the server: out of the service's list, into the trash, which keeps the reference. */
static bool dest_unlink(void)
{
	bool found;

	mutex_lock(&service_mutex);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found) {
		spin_lock_bh(&trash_lock);
		refuzz_link(REFUZZ_TRASH);
		refuzz_idle_clear();
		spin_unlock_bh(&trash_lock);
	}
	mutex_unlock(&service_mutex);
	return found;
}

/* The administrator adds the same server again: it is taken back out of the trash, which hands its reference on. */
static bool dest_revive(void)
{
	bool found;

	mutex_lock(&service_mutex);
	spin_lock_bh(&trash_lock);
	found = refuzz_linked() == REFUZZ_TRASH;
	if (found)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock_bh(&trash_lock);
	if (found)
		refuzz_link(REFUZZ_LIVE);
	mutex_unlock(&service_mutex);
	return found;
}

static void dest_free_rcu(struct rcu_head *head)
{
	struct dest *dest = container_of(head, struct dest, rcu);

	if (refcount_dec_and_test(&dest->refcnt))
		kfree(dest);
}

/*
 * With the trash_lock. A dest that was taken back and removed again meanwhile has a new note, or none. The
 * count is read as signed, as atomic_read() did.
 */
static enum refuzz_outcome dest_expire_locked(struct dest *dest, bool is_over)
{
	int idle;

	if (refuzz_linked() != REFUZZ_TRASH || (int)refcount_read(&dest->refcnt) > 1)
		return REFUZZ_VOID;
	idle = refuzz_idle_check();
	if (idle == REFUZZ_NOT_NOTED)
		refuzz_idle_note();
	if (idle != REFUZZ_GRACE_OVER || !is_over)
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	call_rcu(&dest->rcu, dest_free_rcu);
	return REFUZZ_GRANTED;
}

/* The trash's timer: it notes an idle dest the first time, and a grace period later frees it. */
static enum refuzz_outcome dest_expire(struct dest *dest)
{
	enum refuzz_outcome outcome;
	bool is_over;

	spin_lock(&trash_timer);
	/* The clock is read once, before any dest is looked at. */
	is_over = refuzz_idle_check() == REFUZZ_GRACE_OVER;
	spin_lock_bh(&trash_lock);
	outcome = dest_expire_locked(dest, is_over);
	spin_unlock_bh(&trash_lock);
	spin_unlock(&trash_timer);
	return outcome;
}

REFUZZ_SCHEME(struct dest, refcnt);
REFUZZ_SATURATED(REFCOUNT_SATURATED);

REFUZZ_STATE(svc, .count = 1, .live = true);
REFUZZ_STATE(conn, .count = 2, .live = true, .holders = 1);
REFUZZ_STATE(trash, .count = 1, .trash = true);
REFUZZ_STATE(trashIdle, .count = 1, .trash = true, .noted = true);
REFUZZ_STATE(trashConn, .count = 2, .trash = true, .holders = 1);

REFUZZ_GET(bind) { return dest_bind(object); }
REFUZZ_PUT(unbind) { dest_unbind(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(unlink) { return dest_unlink() ? REFUZZ_GRANTED : REFUZZ_VOID; }
REFUZZ_ACT(revive) { return dest_revive() ? REFUZZ_GRANTED : REFUZZ_VOID; }
REFUZZ_ACT(expire) { return dest_expire(object); }
