/* counter: file_node.in_use; verdict: no; rule: two-sided */
struct file_node {
	atomic_t in_use;
	struct completion *unloading;
};

static bool use_node(struct file_node *n)
{
	return likely(atomic_inc_unless_negative(&n->in_use)); /* evidence */
}

static void unuse_node(struct file_node *n)
{
	if (unlikely(atomic_dec_return(&n->in_use) == BIAS))
		complete(n->unloading);
}

void remove_node(struct file_node *n)
{
	DECLARE_COMPLETION_ONSTACK(c);

	n->unloading = &c;
	if (atomic_add_return(BIAS, &n->in_use) != BIAS) /* evidence */
		wait_for_completion(&c);
}

static int revalidate_node(struct file_node *n)
{
	if (atomic_read(&n->in_use) < 0) /* evidence */
		return 0;
	return 1;
}
