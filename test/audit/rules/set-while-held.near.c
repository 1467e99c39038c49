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

void socket_use(struct socket *s)
{
	if (refcount_read(&s->refs) != 0)
		refcount_inc(&s->refs);
	else
		refcount_set(&s->refs, 1);
}

void socket_put(struct socket *s)
{
	if (refcount_dec_and_test(&s->refs))
		kfree(s);
}

struct socket *socket_own(struct socket *s)
{
	if (refcount_read(&s->refs) > 1) {
		s = kmemdup(s, sizeof(*s), GFP_KERNEL);
		if (!s)
			return NULL;
		refcount_set(&s->refs, 1);
	}
	return s;
}
