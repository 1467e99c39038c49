/* Sessions of a server: found in a table under a lock, closed by an administrator, freed by the last put after a grace period. */
#include <linux/container_of.h>
#include <linux/kref.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

enum session_state { SESSION_NEW, SESSION_UP, SESSION_CLOSING };

struct session {
	struct kref ref;
	enum session_state state;
	spinlock_t lock;
	struct rcu_head rcu;
};

static struct session __rcu *session_table;

static struct session *session_get(void)
{
	struct session *session;

	rcu_read_lock();
	session = rcu_dereference(session_table);
	if (session && !kref_get_unless_zero(&session->ref))
		session = NULL;
	rcu_read_unlock();
	return session;
}

static void session_free(struct rcu_head *head) { kfree(container_of(head, struct session, rcu)); }

static void session_release(struct kref *ref)
{
	struct session *session = container_of(ref, struct session, ref);

	call_rcu(&session->rcu, session_free);
}

static void session_put(struct session *session) { kref_put(&session->ref, session_release); }

/* The table's reference goes once, whoever closes the session. */
static void session_close(struct session *session)
{
	enum session_state old;

	spin_lock(&session->lock);
	old = session->state;
	session->state = SESSION_CLOSING;
	spin_unlock(&session->lock);
	if (old != SESSION_UP)
		return;
	rcu_assign_pointer(session_table, NULL);
	session_put(session);
}

static void session_add(struct session *session)
{
	kref_init(&session->ref);
	session->state = SESSION_UP;
	session_table = session;
}

/* Whoever holds a session may close it; here that is an act of whoever gets one. */
static void session_reset(void)
{
	struct session *session = session_get();

	if (!session)
		return;
	session_close(session);
	session_put(session);
}
