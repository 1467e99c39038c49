/* Lists with a lock in the head, whose readers take no lock: an element that is taken out still leads on to the next. */
#ifndef _LINUX_RCULIST_BL_H
#define _LINUX_RCULIST_BL_H

#include <linux/list_bl.h>
#include <linux/rcupdate.h>

static inline void hlist_bl_set_first_rcu(struct hlist_bl_head *head, struct hlist_bl_node *node)
{
	rcu_assign_pointer(head->first, refuzz_bl_locked(node));
}

static inline struct hlist_bl_node *hlist_bl_first_rcu(struct hlist_bl_head *head) { return hlist_bl_first(head); }

static inline void hlist_bl_del_rcu(struct hlist_bl_node *node)
{
	__hlist_bl_del(node);
	node->pprev = LIST_POISON2;
}

static inline void hlist_bl_del_init_rcu(struct hlist_bl_node *node)
{
	if (hlist_bl_unhashed(node))
		return;
	__hlist_bl_del(node);
	node->pprev = NULL;
}

static inline void hlist_bl_add_head_rcu(struct hlist_bl_node *node, struct hlist_bl_head *head)
{
	struct hlist_bl_node *first = hlist_bl_first(head);

	node->next = first;
	if (first)
		first->pprev = &node->next;
	node->pprev = &head->first;
	hlist_bl_set_first_rcu(head, node);
}

#define hlist_bl_for_each_entry_rcu(at, node, head, member)                                                            \
	for (node = hlist_bl_first_rcu(head); node && ((at = hlist_bl_entry(node, __typeof__(*(at)), member)), 1);     \
	     node = READ_ONCE(node->next))

#endif
