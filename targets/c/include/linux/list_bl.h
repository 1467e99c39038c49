/*
 * Lists whose head is a pointer with a lock in its lowest bit. A pointer is read without the bit and written with it, as
 * whoever changes the list holds the lock.
 */
#ifndef _LINUX_LIST_BL_H
#define _LINUX_LIST_BL_H

#include <linux/bit_spinlock.h>
#include <linux/list.h>

#define LIST_BL_LOCKMASK 1UL

struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};

struct hlist_bl_head {
	struct hlist_bl_node *first;
};

#define INIT_HLIST_BL_HEAD(head) ((head)->first = NULL)

static inline void INIT_HLIST_BL_NODE(struct hlist_bl_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

static inline void hlist_bl_lock(struct hlist_bl_head *head) { bit_spin_lock(0, (unsigned long *)head); }
static inline void hlist_bl_unlock(struct hlist_bl_head *head) { __bit_spin_unlock(0, (unsigned long *)head); }
static inline bool hlist_bl_is_locked(struct hlist_bl_head *head)
{
	return bit_spin_is_locked(0, (unsigned long *)head);
}

static inline struct hlist_bl_node *hlist_bl_first(struct hlist_bl_head *head)
{
	return (struct hlist_bl_node *)((unsigned long)READ_ONCE(head->first) & ~LIST_BL_LOCKMASK);
}

static inline struct hlist_bl_node *refuzz_bl_locked(struct hlist_bl_node *node)
{
	return (struct hlist_bl_node *)((unsigned long)node | LIST_BL_LOCKMASK);
}

static inline void hlist_bl_set_first(struct hlist_bl_head *head, struct hlist_bl_node *node)
{
	WRITE_ONCE(head->first, refuzz_bl_locked(node));
}

static inline bool hlist_bl_unhashed(const struct hlist_bl_node *node) { return !node->pprev; }
static inline bool hlist_bl_empty(const struct hlist_bl_head *head)
{
	return !((unsigned long)READ_ONCE(head->first) & ~LIST_BL_LOCKMASK);
}

static inline void hlist_bl_add_head(struct hlist_bl_node *node, struct hlist_bl_head *head)
{
	struct hlist_bl_node *first = hlist_bl_first(head);

	node->next = first;
	if (first)
		first->pprev = &node->next;
	node->pprev = &head->first;
	hlist_bl_set_first(head, node);
}

static inline void hlist_bl_add_behind(struct hlist_bl_node *node, struct hlist_bl_node *before)
{
	node->next = before->next;
	node->pprev = &before->next;
	before->next = node;
	if (node->next)
		node->next->pprev = &node->next;
}

/* What leads to the node is the head, with its lock, or another node's pointer, without. */
static inline void __hlist_bl_del(struct hlist_bl_node *node)
{
	struct hlist_bl_node *next = node->next;
	struct hlist_bl_node **pprev = node->pprev;
	unsigned long lock = (unsigned long)*pprev & LIST_BL_LOCKMASK;

	WRITE_ONCE(*pprev, (struct hlist_bl_node *)((unsigned long)next | lock));
	if (next)
		next->pprev = pprev;
}

static inline void hlist_bl_del(struct hlist_bl_node *node)
{
	__hlist_bl_del(node);
	node->next = LIST_POISON1;
	node->pprev = LIST_POISON2;
}

static inline void hlist_bl_del_init(struct hlist_bl_node *node)
{
	if (hlist_bl_unhashed(node))
		return;
	__hlist_bl_del(node);
	INIT_HLIST_BL_NODE(node);
}

#define hlist_bl_entry(pointer, type, member) container_of(pointer, type, member)
#define hlist_bl_for_each_entry(at, node, head, member)                                                                \
	for (node = hlist_bl_first(head); node && ((at = hlist_bl_entry(node, __typeof__(*(at)), member)), 1);         \
	     node = node->next)
#define hlist_bl_for_each_entry_safe(at, node, then, head, member)                                                     \
	for (node = hlist_bl_first(head);                                                                              \
	     node && ((then = node->next), (at = hlist_bl_entry(node, __typeof__(*(at)), member)), 1); node = then)

#endif
