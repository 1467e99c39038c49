/* counter: lamp.users */
struct lamp {
	refcount_t users;
	int watts;
};

struct lamp *lamp_new(void)
{
	struct lamp *l = kzalloc(sizeof(*l), GFP_KERNEL);

	if (l)
		refcount_set(&l->users, 1);
	return l;
}

void lamp_get(struct lamp *l)
{
	refcount_inc(&l->users); /* evidence */
}

void lamp_put(struct lamp *l)
{
	refcount_dec(&l->users); /* evidence */
	kfree(l);
}
