/* counter: grant.refs */
struct grant {
	atomic64_t refs;
};

struct grant *grant_new(void)
{
	struct grant *g = kzalloc(sizeof(*g), GFP_KERNEL);

	atomic64_set(&g->refs, 0);
	return g;
}

void grant_get(struct grant *g)
{
	atomic64_inc(&g->refs);
}

void grant_put(struct grant *g)
{
	if (atomic64_dec_and_test(&g->refs))
		kfree(g);
}
