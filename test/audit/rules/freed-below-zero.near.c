/* counter: server.refs */
struct server {
	atomic_t refs;
};

struct server *server_make(void)
{
	struct server *s = kzalloc(sizeof(*s), GFP_KERNEL);

	atomic_set(&s->refs, 1);
	return s;
}

void server_hold(struct server *s)
{
	atomic_inc(&s->refs);
}

void server_put(struct server *s)
{
	if (atomic_dec_return(&s->refs) <= 0)
		kfree(s);
}
