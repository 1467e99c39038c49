#include <linux/slab.h>
#include "session.h"

static LIST_HEAD(sessions);
static DEFINE_SPINLOCK(sessions_lock);

struct session *session_open(const char *name)
{
	struct session *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return NULL;
	atomic_set(&s->refs, 1);
	spin_lock(&sessions_lock);
	list_add(&s->node, &sessions);
	spin_unlock(&sessions_lock);
	return s;
}

void session_get(struct session *s)
{
	atomic_inc(&s->refs);
}

void session_put(struct session *s)
{
	if (!atomic_dec_and_test(&s->refs))
		return;
	kfree(s);
}

void session_drop(struct session *s)
{
	atomic_inc(&s->rx_drops);
}

int session_drops(struct session *s)
{
	return atomic_read(&s->rx_drops);
}
