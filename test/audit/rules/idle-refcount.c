/* counter: crew.size */
struct crew {
	refcount_t size;
};

struct crew *crew_new(void)
{
	struct crew *c = kzalloc(sizeof(*c), GFP_KERNEL);

	refcount_set(&c->size, 0); /* evidence */
	return c;
}

void crew_join(struct crew *c)
{
	mutex_lock(&crew_lock);
	refcount_set(&c->size, refcount_read(&c->size) + 1); /* evidence */
	mutex_unlock(&crew_lock);
}

void crew_leave(struct crew *c)
{
	if (refcount_dec_and_test(&c->size))
		kfree(c);
}
