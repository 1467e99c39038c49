/*
 * A slot that is used again and again. Who opens it writes the key and publishes it with the count; who finds the count above
 * zero takes a reference and reads the key.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(open_lock);

struct slot {
	atomic_t users;
	int key;
};

static bool slot_open(struct slot *slot)
{
	bool opened = false;

	spin_lock(&open_lock);
	if (atomic_read_acquire(&slot->users) == 0) {
		slot->key = 7;
		atomic_set_release(&slot->users, 1);
		opened = true;
	}
	spin_unlock(&open_lock);
	return opened;
}

static bool slot_get(struct slot *slot)
{
	if (!atomic_inc_not_zero(&slot->users))
		return false;
	return slot->key == 7;
}

static void slot_put(struct slot *slot)
{
	atomic_dec_return(&slot->users);
}

REFUZZ_SCHEME(struct slot, users);
REFUZZ_PAYLOAD(key);
REFUZZ_STATE(closed, .live = true);
REFUZZ_GET(open) { return slot_open(object); }
REFUZZ_GET(get) { return slot_get(object); }
REFUZZ_PUT(put) { slot_put(object); }
