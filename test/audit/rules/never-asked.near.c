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
	refcount_inc(&l->users);
}

void lamp_put(struct lamp *l)
{
	refcount_dec(&l->users);
}

/* It rests at 1, and goes when it is there. */
int lamp_remove(struct lamp *l)
{
	if (refcount_read(&l->users) > 1)
		return -EBUSY;
	kfree(l);
	return 0;
}
