/* counter: context.users */
struct context {
	refcount_t users;
};

struct context *context_new(void)
{
	struct context *c = kzalloc(sizeof(*c), GFP_KERNEL);

	refcount_set(&c->users, 0); /* evidence */
	return c;
}

void context_use(struct context *c)
{
	refcount_inc(&c->users); /* evidence */
}

void context_unuse(struct context *c)
{
	if (refcount_dec_and_test(&c->users)) /* evidence */
		kfree(c);
}
