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
	atomic_inc_return(&s->refs);
	trace_session(s, 0);
}

void session_put(struct session *s)
{
	if (atomic_dec_and_test(&s->refs))
		kfree(s);
}
