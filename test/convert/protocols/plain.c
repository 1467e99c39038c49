/* A ticket that is found under RCU. It starts with a reference of its list, and who puts the last one frees it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct ticket {
	atomic_t users;
	struct rcu_head rcu;
};

static DEFINE_SPINLOCK(list_lock);

static bool ticket_find(struct ticket *ticket)
{
	bool found;

	rcu_read_lock();
	found = refuzz_linked() == REFUZZ_LIVE && atomic_inc_not_zero(&ticket->users);
	rcu_read_unlock();
	return found;
}

static void ticket_put(struct ticket *ticket)
{
	if (atomic_dec_and_test(&ticket->users))
		kfree_rcu(ticket, rcu);
}

/* Of two who close it, one finds it listed. */
static bool ticket_close(struct ticket *ticket)
{
	bool listed;

	spin_lock(&list_lock);
	listed = refuzz_linked() == REFUZZ_LIVE;
	if (listed)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&list_lock);
	if (listed)
		ticket_put(ticket);
	return listed;
}

REFUZZ_SCHEME(struct ticket, users);

REFUZZ_STATE(listed, .count = 1, .live = true);
REFUZZ_STATE(used, .count = 2, .live = true, .holders = 1);

REFUZZ_GET(find) { return ticket_find(object); }
REFUZZ_PUT(put) { ticket_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(close) { return ticket_close(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
