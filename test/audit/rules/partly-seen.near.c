/* counter: room.refs */
struct room {
	atomic_t refs;
};

struct room *room_new(void)
{
	struct room *r = kzalloc(sizeof(*r), GFP_KERNEL);

	atomic_set(&r->refs, 1);
	return r;
}

void room_get(struct room *r)
{
	atomic_inc(&r->refs);
}

void room_put(struct room *r)
{
	if (atomic_dec_and_test(&r->refs))
		kfree(r);
}

void room_wake(struct room *r)
{
	wake_up_var(&r->refs);
}
