/*
 * Binary trees, without colours: a node is found, linked and taken out as in the kernel, and the tree is not rebalanced. All of
 * it happens under the tree's lock there, so that nobody sees the difference but who looks at the tree without the lock.
 */
#ifndef _LINUX_RBTREE_H
#define _LINUX_RBTREE_H

#include <refuzz/leaves-out.h>
#include <linux/container_of.h>
#include <linux/compiler.h>
#include <linux/rbtree_types.h>

#define rb_parent(node) ((struct rb_node *)((node)->__rb_parent_color & ~3ul))
#define rb_entry(pointer, type, member) container_of(pointer, type, member)
#define rb_entry_safe(pointer, type, member)                                                                           \
	({                                                                                                             \
		__typeof__(pointer) refuzz_node = (pointer);                                                           \
		refuzz_node ? rb_entry(refuzz_node, type, member) : NULL;                                              \
	})

#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)
/* A node that is in no tree is its own parent. */
#define RB_EMPTY_NODE(node) ((node)->__rb_parent_color == (unsigned long)(node))
#define RB_CLEAR_NODE(node) ((node)->__rb_parent_color = (unsigned long)(node))

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	node->__rb_parent_color = (unsigned long)parent;
	node->rb_left = NULL;
	node->rb_right = NULL;
	*link = node;
}

#define rb_link_node_rcu(node, parent, link) rb_link_node(node, parent, link)

static inline void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	REFUZZ_LEAVES_OUT("trees: they are not rebalanced");
	(void)node;
	(void)root;
}

/* Puts what may be NULL in the place of a node. */
static inline void refuzz_rb_put(struct rb_node *node, struct rb_node *by, struct rb_root *root)
{
	struct rb_node *parent = rb_parent(node);

	if (!parent)
		WRITE_ONCE(root->rb_node, by);
	else if (parent->rb_left == node)
		WRITE_ONCE(parent->rb_left, by);
	else
		WRITE_ONCE(parent->rb_right, by);
	if (by)
		by->__rb_parent_color = (unsigned long)parent;
}

/* Of two subtrees, the left one goes where the smallest node of the right one has nothing to its left. */
static inline void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *left = node->rb_left;
	struct rb_node *right = node->rb_right;
	struct rb_node *smallest = right;

	refuzz_rb_put(node, right ? right : left, root);
	if (!left || !right)
		return;
	while (smallest->rb_left)
		smallest = smallest->rb_left;
	smallest->rb_left = left;
	left->__rb_parent_color = (unsigned long)smallest;
}

static inline struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_left)
		node = node->rb_left;
	return node;
}

static inline struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_right)
		node = node->rb_right;
	return node;
}

static inline struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *at = node->rb_right;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (at) {
		while (at->rb_left)
			at = at->rb_left;
		return at;
	}
	for (at = rb_parent(node); at && node == at->rb_right; at = rb_parent(at))
		node = at;
	return at;
}

static inline struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *at = node->rb_left;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (at) {
		while (at->rb_right)
			at = at->rb_right;
		return at;
	}
	for (at = rb_parent(node); at && node == at->rb_left; at = rb_parent(at))
		node = at;
	return at;
}

#endif
