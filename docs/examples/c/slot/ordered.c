/*
 * A slot that is used again and again. Who opens it writes the key and publishes it with the count; who finds the count above
 * zero takes a reference and reads the key.
 */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(open_lock);

struct slot {
	refcount_t users;
	int key;
};

static bool slot_open(struct slot *slot)
{
	bool opened = false;

	spin_lock(&open_lock);
	if (refcount_read(&slot->users) == 0) {
		smp_acquire__after_ctrl_dep();
		slot->key = 7;
		refcount_set_release(&slot->users, 1);
		opened = true;
	}
	spin_unlock(&open_lock);
	return opened;
}

static bool slot_get(struct slot *slot)
{
	if (!refcount_inc_not_zero_acquire(&slot->users))
		return false;
	return slot->key == 7;
}

static void slot_put(struct slot *slot)
{
	if (refcount_dec_and_test(&slot->users))
		return;
}

REFUZZ_SCHEME(struct slot, users);
REFUZZ_PAYLOAD(key);
REFUZZ_STATE(closed, .live = true);
REFUZZ_GET(open) { return slot_open(object); }
REFUZZ_GET(get) { return slot_get(object); }
REFUZZ_PUT(put) { slot_put(object); }
