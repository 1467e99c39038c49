/* counter: ring.members */
struct ring {
	refcount_t members;
};

void ring_init(struct ring *r)
{
	refcount_set(&r->members, 1);
}

int ring_join(struct ring *r)
{
	if (refcount_read(&r->members) > 1)
		return -EBUSY;
	refcount_inc(&r->members);
	return 0;
}

void ring_leave(struct ring *r)
{
	if (refcount_dec_and_test(&r->members))
		kfree(r);
}
