/*
 * A buffer into which whoever leaves writes a note.
 *
 * Op by op: refcount_t counts the same, and knows nothing of the note.
 */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct buffer {
	refcount_t refs;
};

static DEFINE_SPINLOCK(pool);

static bool buffer_get(struct buffer *buffer)
{
	bool found;

	spin_lock(&pool);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refcount_inc(&buffer->refs);
	spin_unlock(&pool);
	return found;
}

static void buffer_put(struct buffer *buffer)
{
	if (!refcount_dec_and_lock(&buffer->refs, &pool)) {
		refuzz_use();	/* notes who was the last to leave it */
		return;
	}
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&pool);
	kfree(buffer);
}

REFUZZ_SCHEME(struct buffer, refs);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_WORD(pool);
REFUZZ_STATE(one)
{
	refcount_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}
REFUZZ_STATE(two)
{
	refcount_set(&object->refs, 2);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_GET(get) { return buffer_get(object); }
REFUZZ_PUT(put) { buffer_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
