/* counter: ticket.refs */
struct ticket {
	struct rcu_head rcu;
	atomic_t refs;
};

struct ticket *ticket_new(void)
{
	struct ticket *t = kzalloc(sizeof(*t), GFP_KERNEL);

	atomic_set(&t->refs, 1);
	return t;
}

struct ticket *ticket_get(struct ticket *t)
{
	if (atomic_inc_return(&t->refs) == 1)
		ticket_wake(t);
	return t;
}

void ticket_put(struct ticket *t)
{
	if (atomic_dec_and_test(&t->refs))
		kfree_rcu(t, rcu);
}
