/* counter: tree_node.refcnt; verdict: with-care; rule: conditional-free */
struct tree_node {
	atomic_t refcnt;
	unsigned long flags;
	struct tree_node *next_hash;
};

static struct tree_node *node_make(struct node_tree *tree, u32 id)
{
	struct tree_node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	if (!node)
		return NULL;
	atomic_set(&node->refcnt, 1);
	node_hash(tree, node, id);
	return node;
}

void node_get(struct tree_node *node)
{
	if (node)
		atomic_inc(&node->refcnt); /* evidence */
}

void node_put(struct tree_node *node)
{
	if (node) {
		struct node_tree *tree = node->tree;

		BUG_ON(!atomic_read(&node->refcnt));
		if (!atomic_dec_and_lock(&node->refcnt, &tree->hash_lock)) /* evidence */
			return;
		if (test_bit(NODE_DELETED, &node->flags)) {
			node_unhash(node);
			spin_unlock(&tree->hash_lock);
			kfree(node);
			return;
		}
		spin_unlock(&tree->hash_lock);
	}
}

void tree_close(struct node_tree *tree, struct tree_node *node)
{
	if (atomic_read(&node->refcnt)) /* evidence */
		pr_err("node %p still has users\n", node);
	kfree(node);
}
