/*
 * Lists that end in a number instead of a null pointer: an odd value, from which a reader sees in which list it has ended up
 * when the element that it stood on was moved meanwhile.
 */
#ifndef _LINUX_LIST_NULLS_H
#define _LINUX_LIST_NULLS_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/types.h>

struct hlist_nulls_node {
	struct hlist_nulls_node *next, **pprev;
};

struct hlist_nulls_head {
	struct hlist_nulls_node *first;
};

#define NULLS_MARKER(value) (1UL | ((unsigned long)(value) << 1))
#define HLIST_NULLS_HEAD_INIT(nulls) { .first = (struct hlist_nulls_node *)NULLS_MARKER(nulls) }
#define INIT_HLIST_NULLS_HEAD(head, nulls) ((head)->first = (struct hlist_nulls_node *)NULLS_MARKER(nulls))

static inline int is_a_nulls(const struct hlist_nulls_node *node) { return (unsigned long)node & 1; }
static inline unsigned long get_nulls_value(const struct hlist_nulls_node *node) { return (unsigned long)node >> 1; }
static inline int hlist_nulls_unhashed(const struct hlist_nulls_node *node) { return !node->pprev; }
static inline int hlist_nulls_unhashed_lockless(const struct hlist_nulls_node *node)
{
	return !READ_ONCE(node->pprev);
}
static inline int hlist_nulls_empty(const struct hlist_nulls_head *head)
{
	return is_a_nulls(READ_ONCE(head->first));
}

static inline void hlist_nulls_add_head(struct hlist_nulls_node *node, struct hlist_nulls_head *head)
{
	struct hlist_nulls_node *first = head->first;

	node->next = first;
	WRITE_ONCE(node->pprev, &head->first);
	head->first = node;
	if (!is_a_nulls(first))
		WRITE_ONCE(first->pprev, &node->next);
}

static inline void __hlist_nulls_del(struct hlist_nulls_node *node)
{
	struct hlist_nulls_node *next = node->next;
	struct hlist_nulls_node **pprev = node->pprev;

	WRITE_ONCE(*pprev, next);
	if (!is_a_nulls(next))
		WRITE_ONCE(next->pprev, pprev);
}

static inline void hlist_nulls_del(struct hlist_nulls_node *node)
{
	__hlist_nulls_del(node);
	WRITE_ONCE(node->pprev, LIST_POISON2);
}

#define hlist_nulls_entry(pointer, type, member) container_of(pointer, type, member)
#define hlist_nulls_for_each_entry(at, node, head, member)                                                             \
	for (node = (head)->first;                                                                                     \
	     !is_a_nulls(node) && ((at = hlist_nulls_entry(node, __typeof__(*(at)), member)), 1); node = node->next)
#define hlist_nulls_for_each_entry_from(at, node, member)                                                              \
	for (; !is_a_nulls(node) && ((at = hlist_nulls_entry(node, __typeof__(*(at)), member)), 1); node = node->next)

#endif
