/* Ops through macros. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>

struct chan {
	int id;
	atomic_t users;	/* who talks */
};

#define chan_hold(c)	atomic_inc(&(c)->users)
#define chan_tryhold(c)	atomic_inc_not_zero(&(c)->users)
#define chan_drop(c) \
	do { \
		if (atomic_dec_and_test(&(c)->users)) \
			kfree(c); \
	} while (0)

REFUZZ_SCHEME(struct chan, users);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);

REFUZZ_DUP(dup) { chan_hold(object); return true; }
REFUZZ_GET(look) { return chan_tryhold(object); }
REFUZZ_PUT(drop) { chan_drop(object); }
REFUZZ_USE(use) { refuzz_use(); }
