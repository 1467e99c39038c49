/* A slot is free at 0, has users above, and is closed for ever at -1. A macro takes it, and the closer claims it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#define SLOT_CLOSED (-1)

struct slot {
	atomic_t users;
	struct rcu_head rcu;
};

#define slot_try_use(slot) atomic_add_unless(&(slot)->users, 1, SLOT_CLOSED)

static bool slot_use(struct slot *slot)
{
	bool got;

	rcu_read_lock();
	got = refuzz_linked() == REFUZZ_LIVE && slot_try_use(slot);
	rcu_read_unlock();
	return got;
}

static void slot_leave(struct slot *slot)
{
	atomic_dec(&slot->users);
}

static void slot_free(struct rcu_head *head)
{
	kfree(container_of(head, struct slot, rcu));
}

static enum refuzz_outcome slot_close(struct slot *slot)
{
	if (refuzz_linked() != REFUZZ_LIVE)
		return REFUZZ_VOID;
	if (atomic_cmpxchg(&slot->users, 0, SLOT_CLOSED) != 0)
		return REFUZZ_REFUSED;
	refuzz_link(REFUZZ_NOWHERE);
	call_rcu(&slot->rcu, slot_free);
	return REFUZZ_GRANTED;
}

REFUZZ_SCHEME(struct slot, users);

REFUZZ_STATE(free, .live = true);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);

REFUZZ_GET(use_it) { return slot_use(object); }
REFUZZ_PUT(leave) { slot_leave(object); }
REFUZZ_USE(touch) { refuzz_use(); }
REFUZZ_ACT(close) { return slot_close(object); }
