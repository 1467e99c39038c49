/*
 * Lists that end in a number, whose readers take no lock. An element may go to another list while a reader stands on it (its
 * memory is reused at once, or it is rehashed): the reader sees that by the number at the end, and begins anew.
 */
#ifndef _LINUX_RCULIST_NULLS_H
#define _LINUX_RCULIST_NULLS_H

#include <linux/list_nulls.h>
#include <linux/rcupdate.h>

#define hlist_nulls_first_rcu(head) ((head)->first)
#define hlist_nulls_next_rcu(node) ((node)->next)

static inline void hlist_nulls_del_rcu(struct hlist_nulls_node *node)
{
	__hlist_nulls_del(node);
	WRITE_ONCE(node->pprev, LIST_POISON2);
}

static inline void hlist_nulls_del_init_rcu(struct hlist_nulls_node *node)
{
	if (hlist_nulls_unhashed(node))
		return;
	__hlist_nulls_del(node);
	WRITE_ONCE(node->pprev, NULL);
}

static inline void hlist_nulls_add_head_rcu(struct hlist_nulls_node *node, struct hlist_nulls_head *head)
{
	struct hlist_nulls_node *first = head->first;

	WRITE_ONCE(node->next, first);
	WRITE_ONCE(node->pprev, &head->first);
	rcu_assign_pointer(head->first, node);
	if (!is_a_nulls(first))
		WRITE_ONCE(first->pprev, &node->next);
}

static inline void hlist_nulls_add_tail_rcu(struct hlist_nulls_node *node, struct hlist_nulls_head *head)
{
	struct hlist_nulls_node *at, *last = NULL;

	for (at = head->first; !is_a_nulls(at); at = at->next)
		last = at;
	if (!last) {
		hlist_nulls_add_head_rcu(node, head);
		return;
	}
	WRITE_ONCE(node->next, last->next);
	WRITE_ONCE(node->pprev, &last->next);
	rcu_assign_pointer(last->next, node);
}

#define hlist_nulls_for_each_entry_rcu(at, node, head, member)                                                         \
	for (node = READ_ONCE((head)->first);                                                                          \
	     !is_a_nulls(node) && ((at = hlist_nulls_entry(node, __typeof__(*(at)), member)), 1);                      \
	     node = READ_ONCE(node->next))

#endif
