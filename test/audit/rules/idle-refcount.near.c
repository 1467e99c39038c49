/* counter: crew.size */
struct crew {
	refcount_t size;
};

struct crew *crew_new(void)
{
	struct crew *c = kzalloc(sizeof(*c), GFP_KERNEL);

	refcount_set(&c->size, 1);
	return c;
}

void crew_join(struct crew *c)
{
	refcount_inc(&c->size);
}

void crew_leave(struct crew *c)
{
	if (refcount_dec_and_test(&c->size))
		kfree(c);
}
