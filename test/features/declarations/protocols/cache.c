/* Entries of a cache that are kept at 0 until a shrinker comes by; a flag says that one was looked at since. */
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct entry {
	atomic_t users;
	bool referenced;
	bool hashed;
};

static DEFINE_SPINLOCK(cache_lock);
static int cache_unused;

static bool entry_get(struct entry *entry)
{
	bool found;

	spin_lock(&cache_lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found && atomic_inc_return(&entry->users) == 1)
		cache_unused--;
	spin_unlock(&cache_lock);
	return found;
}

static void entry_put(struct entry *entry)
{
	WRITE_ONCE(entry->referenced, true);
	spin_lock(&cache_lock);
	if (atomic_dec_and_test(&entry->users))
		cache_unused++;
	spin_unlock(&cache_lock);
}

/* Two rounds for an entry that was used, one for one that was not. */
static enum refuzz_outcome entry_shrink(struct entry *entry)
{
	enum refuzz_outcome outcome = REFUZZ_VOID;

	spin_lock(&cache_lock);
	if (cache_unused > 0) {
		outcome = REFUZZ_REFUSED;
		if (entry->referenced) {
			entry->referenced = false;
		} else if (atomic_read(&entry->users) == 0) {
			refuzz_link(REFUZZ_NOWHERE);
			cache_unused--;
			outcome = REFUZZ_GRANTED;
		}
	}
	spin_unlock(&cache_lock);
	if (outcome == REFUZZ_GRANTED)
		kfree(entry);
	return outcome;
}
