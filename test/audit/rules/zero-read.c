/* counter: leaf.refs */
struct leaf {
	atomic_t refs;
};

struct leaf *leaf_new(void)
{
	struct leaf *l = kzalloc(sizeof(*l), GFP_KERNEL);

	atomic_set(&l->refs, 1);
	return l;
}

void leaf_get(struct leaf *l)
{
	atomic_inc(&l->refs);
}

void leaf_put(struct leaf *l)
{
	if (atomic_dec_and_test(&l->refs)) /* evidence */
		kfree(l);
}

int leaf_idle(struct leaf *l)
{
	if (atomic_read(&l->refs) == 0) /* evidence */
		return leaf_scan(l);
	return 0;
}
