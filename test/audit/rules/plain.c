/* counter: ticket.refs */
struct ticket {
	struct rcu_head rcu;
	atomic_t refs;
};

struct ticket *ticket_new(void)
{
	struct ticket *t = kzalloc(sizeof(*t), GFP_KERNEL);

	if (!t)
		return NULL;
	atomic_set(&t->refs, 1); /* evidence */
	return t;
}

struct ticket *ticket_get(struct ticket *t)
{
	atomic_inc(&t->refs); /* evidence */
	return t;
}

struct ticket *ticket_find(struct ticket *t)
{
	return atomic_inc_not_zero(&t->refs) ? t : NULL; /* evidence */
}

void ticket_put(struct ticket *t)
{
	if (!atomic_dec_and_test(&t->refs)) /* evidence */
		return;
	kfree_rcu(t, rcu);
}
