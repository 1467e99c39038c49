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
	atomic_inc(&s->refs); /* evidence */
}

void server_put(struct server *s)
{
	atomic_dec(&s->refs); /* evidence */
}

void server_put_and_free(struct server *s)
{
	if (atomic_dec_return(&s->refs) < 0) /* evidence */
		kfree(s);
}
