/* counter: engine.users */
struct engine {
	refcount_t users;
};

struct engine *engine_new(void)
{
	struct engine *e = kzalloc(sizeof(*e), GFP_KERNEL);

	refcount_set(&e->users, 1);
	return e;
}

void engine_get(struct engine *e)
{
	if (refcount_read(&e->users) == 0) { /* evidence */
		engine_start(e);
		refcount_inc(&e->users); /* evidence */
	}
}

void engine_put(struct engine *e)
{
	if (refcount_dec_and_test(&e->users))
		engine_stop(e);
}
