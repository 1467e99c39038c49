/* counter: node.holders */
struct node {
	atomic_t holders;
};

struct node *node_make(void)
{
	struct node *n = kzalloc(sizeof(*n), GFP_KERNEL);

	atomic_set(&n->holders, 2);
	return n;
}

void node_get(struct node *n)
{
	atomic_inc(&n->holders);
}

void node_put(struct node *n)
{
	if (atomic_add_unless(&n->holders, -1, 2)) /* evidence */
		return;
	if (atomic_dec_and_test(&n->holders)) /* evidence */
		kfree(n);
}
