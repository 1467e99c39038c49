/* counter: node.holders; verdict: with-care */
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
	atomic_inc(&n->holders); /* evidence */
}

/* The cache keeps it at 1, and it is found there. */
struct node *node_find(struct cache *cache, int key)
{
	struct node *n = node_lookup(cache, key);

	if (n && !atomic_inc_not_zero(&n->holders)) /* evidence */
		return NULL;
	return n;
}

void node_put(struct node *n)
{
	if (atomic_add_unless(&n->holders, -1, 2)) /* evidence */
		return;
	if (atomic_dec_and_test(&n->holders)) /* evidence */
		kfree(n);
}
