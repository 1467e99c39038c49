/* counter: session.refs */
struct session {
	atomic_t refs;
};

struct session *session_new(void)
{
	struct session *s = kzalloc(sizeof(*s), GFP_KERNEL);

	atomic_set(&s->refs, 1); /* evidence */
	return s;
}

void session_get(struct session *s)
{
	int n = atomic_inc_return(&s->refs); /* evidence */

	trace_session(s, n);
}

void session_put(struct session *s)
{
	if (atomic_dec_and_test(&s->refs)) /* evidence */
		kfree(s);
}
