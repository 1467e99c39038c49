/* Lists whose readers take no lock: an element that is taken out still leads on to the next. */
#ifndef _LINUX_RCULIST_H
#define _LINUX_RCULIST_H

#include <linux/list.h>
#include <linux/rcupdate.h>

#define list_next_rcu(list) ((list)->next)

static inline void INIT_LIST_HEAD_RCU(struct list_head *list) { INIT_LIST_HEAD(list); }

static inline void refuzz_list_add_rcu(struct list_head *added, struct list_head *prev, struct list_head *next)
{
	added->next = next;
	added->prev = prev;
	rcu_assign_pointer(prev->next, added);
	next->prev = added;
}

static inline void list_add_rcu(struct list_head *added, struct list_head *head)
{
	refuzz_list_add_rcu(added, head, head->next);
}

static inline void list_add_tail_rcu(struct list_head *added, struct list_head *head)
{
	refuzz_list_add_rcu(added, head->prev, head);
}

static inline void list_del_rcu(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->prev = LIST_POISON2;
}

static inline void list_replace_rcu(struct list_head *old, struct list_head *by)
{
	by->next = old->next;
	by->prev = old->prev;
	rcu_assign_pointer(by->prev->next, by);
	by->next->prev = by;
	old->prev = LIST_POISON2;
}

#define list_entry_rcu(pointer, type, member) container_of(READ_ONCE(pointer), type, member)
#define list_first_or_null_rcu(head, type, member)                                                                     \
	({                                                                                                             \
		struct list_head *refuzz_head = (head);                                                                \
		struct list_head *refuzz_first = READ_ONCE(refuzz_head->next);                                         \
		refuzz_first != refuzz_head ? container_of(refuzz_first, type, member) : NULL;                         \
	})
#define list_for_each_entry_rcu(at, head, member, ...)                                                                 \
	for (at = list_entry_rcu((head)->next, __typeof__(*at), member); &at->member != (head);                        \
	     at = list_entry_rcu(at->member.next, __typeof__(*at), member))

static inline void hlist_add_head_rcu(struct hlist_node *node, struct hlist_head *head)
{
	struct hlist_node *first = head->first;

	node->next = first;
	WRITE_ONCE(node->pprev, &head->first);
	rcu_assign_pointer(head->first, node);
	if (first)
		WRITE_ONCE(first->pprev, &node->next);
}

static inline void hlist_del_rcu(struct hlist_node *node)
{
	__hlist_del(node);
	WRITE_ONCE(node->pprev, LIST_POISON2);
}

static inline void hlist_del_init_rcu(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	__hlist_del(node);
	WRITE_ONCE(node->pprev, NULL);
}

#define hlist_first_rcu(head) ((head)->first)
#define hlist_next_rcu(node) ((node)->next)
#define hlist_for_each_entry_rcu(at, head, member, ...)                                                                \
	for (at = hlist_entry_safe(READ_ONCE((head)->first), __typeof__(*(at)), member); at;                           \
	     at = hlist_entry_safe(READ_ONCE((at)->member.next), __typeof__(*(at)), member))

#endif
