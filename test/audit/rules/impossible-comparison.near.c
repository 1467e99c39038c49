/* counter: topic.refs */
struct topic {
	refcount_t refs;
};

struct topic *topic_new(void)
{
	struct topic *t = kzalloc(sizeof(*t), GFP_KERNEL);

	refcount_set(&t->refs, 1);
	return t;
}

void topic_get(struct topic *t)
{
	int n = refcount_read(&t->refs);

	if (n < 0)
		pr_warn("saturated\n");
	refcount_inc(&t->refs);
}

void topic_put(struct topic *t)
{
	if (refcount_dec_and_test(&t->refs))
		kfree(t);
}
