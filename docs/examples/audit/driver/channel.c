#include <linux/slab.h>
#include "session.h"

static atomic_t available = ATOMIC_INIT(1);

struct channel *channel_new(int number)
{
	struct channel *c = kmalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return NULL;
	refcount_set(&c->refs, 1);
	refcount_set(&c->readers, 0);
	c->number = number;
	return c;
}

void channel_read(struct channel *c)
{
	refcount_inc(&c->readers);
}

void channel_done(struct channel *c)
{
	if (refcount_dec_and_test(&c->readers))
		wake_up_var(&c->readers);
}

void channel_get(struct channel *c)
{
	refcount_inc(&c->refs);
}

void channel_put(struct channel *c)
{
	if (refcount_dec_and_test(&c->refs))
		kfree(c);
}

/* One at a time. */
int channel_take(void)
{
	if (!atomic_dec_and_test(&available)) {
		atomic_inc(&available);
		return -EBUSY;
	}
	return 0;
}

void channel_give(void)
{
	atomic_inc(&available);
}
