/* counter: call.refs */
struct call {
	atomic_t refs;
};

struct call *call_new(void)
{
	struct call *c = kzalloc(sizeof(*c), GFP_KERNEL);

	atomic_set(&c->refs, 1);
	return c;
}

void call_get(struct call *c)
{
	atomic_inc(&c->refs);
}

void call_hashed(struct call *c)
{
	if (atomic_read(&c->refs) == 1)
		atomic_set(&c->refs, 3); /* evidence */
}

void call_put(struct call *c)
{
	if (atomic_dec_and_test(&c->refs)) /* evidence */
		kfree(c);
}
