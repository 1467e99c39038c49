/*
 * The counter protocol of ip_vs_dest up to v4.10: a real server of a virtual service.
 *
 * Connections hold a dest, and so does the service. A dest that the administrator has removed lives in the trash without
 * a reference, at 0, and can be taken back from there. A timer frees what stays idle: when the count falls below 0.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct dest {
	atomic_t refcnt;
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
		atomic_inc(&dest->refcnt);
	rcu_read_unlock();
	return found;
}

static void dest_unbind(struct dest *dest)
{
	smp_mb__before_atomic();
	atomic_dec(&dest->refcnt);
}

/* The administrator removes the server: out of the service's list, into the trash. */
static bool dest_unlink(struct dest *dest)
{
	bool found;

	mutex_lock(&service_mutex);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found) {
		spin_lock_bh(&trash_lock);
		refuzz_link(REFUZZ_TRASH);
		refuzz_idle_clear();
		spin_unlock_bh(&trash_lock);
		dest_unbind(dest);
	}
	mutex_unlock(&service_mutex);
	return found;
}

/* The administrator adds the same server again: it is taken back out of the trash. */
static bool dest_revive(struct dest *dest)
{
	bool found;

	mutex_lock(&service_mutex);
	spin_lock_bh(&trash_lock);
	found = refuzz_linked() == REFUZZ_TRASH;
	if (found) {
		refuzz_link(REFUZZ_NOWHERE);
		atomic_inc(&dest->refcnt);
	}
	spin_unlock_bh(&trash_lock);
	if (found)
		refuzz_link(REFUZZ_LIVE);
	mutex_unlock(&service_mutex);
	return found;
}

/* Drops the last reference. Returns whether it was. */
static bool dest_free(struct dest *dest)
{
	if (atomic_dec_return(&dest->refcnt) >= 0)
		return false;
	kfree(dest);
	return true;
}

/* With the trash_lock. A dest that was taken back and removed again meanwhile has a new note, or none. */
static enum refuzz_outcome dest_expire_locked(struct dest *dest, bool is_over)
{
	int idle;

	if (refuzz_linked() != REFUZZ_TRASH || atomic_read(&dest->refcnt) > 0)
		return REFUZZ_VOID;
	idle = refuzz_idle_check();
	if (idle == REFUZZ_NOT_NOTED)
		refuzz_idle_note();
	if (idle != REFUZZ_GRACE_OVER || !is_over)
		return REFUZZ_VOID;
	refuzz_link(REFUZZ_NOWHERE);
	return dest_free(dest) ? REFUZZ_GRANTED : REFUZZ_REFUSED;
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

REFUZZ_STATE(svc, .count = 1, .live = true);
REFUZZ_STATE(conn, .count = 2, .live = true, .holders = 1);
REFUZZ_STATE(trash, .trash = true);
REFUZZ_STATE(trashIdle, .trash = true, .noted = true);
REFUZZ_STATE(trashConn, .count = 1, .trash = true, .holders = 1);

REFUZZ_GET(bind) { return dest_bind(object); }
REFUZZ_PUT(unbind) { dest_unbind(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(unlink) { return dest_unlink(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
REFUZZ_ACT(revive) { return dest_revive(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
REFUZZ_ACT(expire) { return dest_expire(object); }
