/* counter: ticket.refs */
struct ticket {
	atomic_t refs;
};

struct ticket *ticket_new(void)
{
	struct ticket *t = kzalloc(sizeof(*t), GFP_KERNEL);

	atomic_set(&t->refs, 1);
	return t;
}

void ticket_get(struct ticket *t)
{
	atomic_inc(&t->refs);
}

void ticket_put(struct ticket *t)
{
	if (atomic_dec_and_test(&t->refs))
		kfree(t);
}

void ticket_park(struct ticket *t)
{
	t->parked = true;
	if (atomic_dec_and_test(&t->refs))
		kfree(t);
}
