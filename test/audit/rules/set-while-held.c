/* counter: socket.refs */
struct socket {
	refcount_t refs;
};

struct socket *socket_new(void)
{
	struct socket *s = kzalloc(sizeof(*s), GFP_KERNEL);

	refcount_set(&s->refs, 1);
	return s;
}

void socket_get(struct socket *s)
{
	refcount_inc(&s->refs); /* evidence */
}

void socket_put(struct socket *s)
{
	if (refcount_dec_and_test(&s->refs))
		kfree(s);
}

void socket_rewind(struct socket *s)
{
	if (refcount_read(&s->refs) > 1) {
		socket_clear(s);
		refcount_set(&s->refs, 1); /* evidence */
	}
}

void socket_pair(struct socket *s)
{
	refcount_set(&s->refs, refcount_read(&s->refs) + 1); /* evidence */
}
