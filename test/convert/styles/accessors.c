/* The count is reached through an accessor everywhere. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct blob { int len; atomic_t pins; atomic_t hits; };
static inline atomic_t *blob_pins(struct blob *b) { return &b->pins; }
static inline atomic_t *blob_hits(struct blob *b) { return &b->hits; }
static bool blob_pin(struct blob *b)
{
	atomic_t *pins = blob_pins(b);
	int old;

	atomic_inc(blob_hits(b));
	do {
		old = atomic_read(pins);
		if (unlikely(old <= 0))
			return false;
	} while (unlikely(atomic_cmpxchg(pins, old, old + 1) != old));
	return true;
}
static void blob_unpin(struct blob *b)
{
	if (atomic_dec_and_test(blob_pins(b)))
		kfree(b);
}
REFUZZ_SCHEME(struct blob, pins);
REFUZZ_STATE(one, .count = 1, .holders = 1);
REFUZZ_STATE(two, .count = 2, .holders = 2);
REFUZZ_DUP(pin) { return blob_pin(object); }
REFUZZ_PUT(unpin) { blob_unpin(object); }
