/* counter: factory.ref_count; verdict: as-is; rule: plain */
struct factory {
	atomic_t ref_count;
	struct client *client;
};

void factory_get(struct factory *f)
{
	atomic_inc(&f->ref_count); /* evidence */
}

int factory_make(struct factory **out)
{
	struct factory *f;

	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	atomic_set_release(&f->ref_count, 1); /* evidence */
	*out = f;
	return 0;
}

void factory_put(struct factory *f)
{
	if (atomic_add_return(-1, &f->ref_count) <= 0) { /* evidence */
		client_destroy(f->client);
		kfree(f);
	}
}
