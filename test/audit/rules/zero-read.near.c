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
	WARN_ON(!atomic_read(&l->refs));
	atomic_inc(&l->refs);
}

void leaf_put(struct leaf *l)
{
	if (atomic_dec_and_test(&l->refs))
		kfree(l);
}

int leaf_idle(struct leaf *l)
{
	return atomic_read(&l->refs) == 1;
}
