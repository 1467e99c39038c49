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
	if (refcount_read(&r->members) >= RING_MAX) /* evidence */
		return -EUSERS;
	refcount_inc(&r->members); /* evidence */
	return 0;
}

void ring_leave(struct ring *r)
{
	refcount_dec(&r->members);
}
