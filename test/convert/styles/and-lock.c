#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <linux/slab.h>
struct user { atomic_t __count; };
static DEFINE_SPINLOCK(uidhash_lock);
static void free_uid(struct user *up)
{
	if (!up)
		return;
	if (atomic_dec_and_lock(&up->__count, &uidhash_lock)) {
		refuzz_link(REFUZZ_NOWHERE);
		spin_unlock(&uidhash_lock);
		kfree(up);
	}
}
static bool find_user(struct user *up)
{
	bool ret = false;
	spin_lock(&uidhash_lock);
	if (refuzz_linked() == REFUZZ_LIVE) {
		atomic_inc(&up->__count);
		ret = true;
	}
	spin_unlock(&uidhash_lock);
	return ret;
}
REFUZZ_SCHEME(struct user, __count);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_GET(find) { return find_user(object); }
REFUZZ_PUT(free) { free_uid(object); }
REFUZZ_USE(use) { refuzz_use(); }
