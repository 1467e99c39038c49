/* A lookup counts after the shrinker has looked, and is granted what was freed meanwhile. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct entry {
	atomic_t users;
};

static DEFINE_SPINLOCK(cache);
static int hits;

static bool entry_find(struct entry *entry)
{
	if (refuzz_linked() != REFUZZ_LIVE)
		return false;
	atomic_inc(&entry->users);
	WRITE_ONCE(hits, 1);
	return true;
}

static enum refuzz_outcome entry_shrink(struct entry *entry)
{
	enum refuzz_outcome outcome = REFUZZ_VOID;

	spin_lock(&cache);
	if (refuzz_linked() == REFUZZ_LIVE) {
		outcome = REFUZZ_REFUSED;
		if (atomic_read(&entry->users) == 0) {
			refuzz_link(REFUZZ_NOWHERE);
			kfree(entry);
			outcome = REFUZZ_GRANTED;
		}
	}
	spin_unlock(&cache);
	return outcome;
}

REFUZZ_SCHEME(struct entry, users);
REFUZZ_WORD(cache);
REFUZZ_WORD(hits);
REFUZZ_STATE(unused)
{
	atomic_set(&object->users, 0);
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_GET(find) { return entry_find(object); }
REFUZZ_PUT(put) { atomic_dec(&object->users); }
REFUZZ_ACT(shrink) { return entry_shrink(object); }
