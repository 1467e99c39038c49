/* counter: intent.refs */
struct intent {
	atomic_t refs;
};

struct intent *intent_new(void)
{
	struct intent *i = kzalloc(sizeof(*i), GFP_KERNEL);

	atomic_set(&i->refs, 2); /* evidence */
	return i;
}

void intent_put(struct intent *i)
{
	if (atomic_dec_and_test(&i->refs)) /* evidence */
		kfree(i);
}
