/* counter: lease.refs */
struct lease {
	atomic_t refs;
};

struct lease *lease_new(void)
{
	struct lease *l = kzalloc(sizeof(*l), GFP_KERNEL);

	atomic_set(&l->refs, 1);
	return l;
}

void lease_get(struct lease *l)
{
	atomic_inc(&l->refs);
}

void lease_put(struct lease *l)
{
	if (atomic_dec_and_test(&l->refs))
		kfree(l);
}

void lease_end(struct lease *l)
{
	if (atomic_cmpxchg(&l->refs, 1, 0) == 1)
		kfree(l);
}
