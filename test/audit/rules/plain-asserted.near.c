/* counter: session.refs */
struct session {
	atomic_t refs;
};

struct session *session_new(void)
{
	struct session *s = kzalloc(sizeof(*s), GFP_KERNEL);

	atomic_set(&s->refs, 1);
	return s;
}

void session_get(struct session *s)
{
	WARN_ON(atomic_read(&s->refs) <= 0);
	atomic_inc(&s->refs);
}

void session_put(struct session *s)
{
	if (atomic_dec_and_test(&s->refs))
		kfree(s);
}
