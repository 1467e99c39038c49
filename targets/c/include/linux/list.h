/*
 * Doubly linked lists, and lists with one pointer at the head, as they are in memory: the accesses are those of the kernel's,
 * in their order, and an element that is taken out points to where nothing lies. The pointers of heads and of the object are
 * words like any other. Where a list does nothing but say whether the object can be found, refuzz_link() and refuzz_linked()
 * say so in one access.
 */
#ifndef _LINUX_LIST_H
#define _LINUX_LIST_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/types.h>

#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	WRITE_ONCE(list->next, list);
	WRITE_ONCE(list->prev, list);
}

static inline void __list_add(struct list_head *added, struct list_head *prev, struct list_head *next)
{
	next->prev = added;
	added->next = next;
	added->prev = prev;
	WRITE_ONCE(prev->next, added);
}

static inline void list_add(struct list_head *added, struct list_head *head) { __list_add(added, head, head->next); }
static inline void list_add_tail(struct list_head *added, struct list_head *head)
{
	__list_add(added, head->prev, head);
}

/* Joins the neighbours of what lies between them. */
static inline void __list_del(struct list_head *prev, struct list_head *next)
{
	next->prev = prev;
	WRITE_ONCE(prev->next, next);
}

static inline void __list_del_entry(struct list_head *entry) { __list_del(entry->prev, entry->next); }

static inline void list_del(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

static inline void list_del_init(struct list_head *entry)
{
	__list_del_entry(entry);
	INIT_LIST_HEAD(entry);
}

static inline void list_replace(struct list_head *old, struct list_head *by)
{
	by->next = old->next;
	by->next->prev = by;
	by->prev = old->prev;
	by->prev->next = by;
}

static inline void list_replace_init(struct list_head *old, struct list_head *by)
{
	list_replace(old, by);
	INIT_LIST_HEAD(old);
}

static inline void list_move(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add(entry, head);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add_tail(entry, head);
}

static inline int list_empty(const struct list_head *head) { return READ_ONCE(head->next) == head; }

static inline void list_del_init_careful(struct list_head *entry)
{
	__list_del_entry(entry);
	WRITE_ONCE(entry->prev, entry);
	__atomic_store_n(&entry->next, entry, __ATOMIC_RELEASE);
}

static inline int list_empty_careful(const struct list_head *head)
{
	struct list_head *next = __atomic_load_n(&head->next, __ATOMIC_ACQUIRE);

	return next == head && next == READ_ONCE(head->prev);
}

static inline int list_is_first(const struct list_head *entry, const struct list_head *head)
{
	return entry->prev == head;
}

static inline int list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

static inline int list_is_head(const struct list_head *entry, const struct list_head *head) { return entry == head; }

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

static inline void refuzz_list_splice(const struct list_head *list, struct list_head *prev, struct list_head *next)
{
	struct list_head *first = list->next;
	struct list_head *last = list->prev;

	first->prev = prev;
	prev->next = first;
	last->next = next;
	next->prev = last;
}

static inline void list_splice(const struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		refuzz_list_splice(list, head, head->next);
}

static inline void list_splice_tail(struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		refuzz_list_splice(list, head->prev, head);
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	if (list_empty(list))
		return;
	refuzz_list_splice(list, head, head->next);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	if (list_empty(list))
		return;
	refuzz_list_splice(list, head->prev, head);
	INIT_LIST_HEAD(list);
}

#define list_entry(pointer, type, member) container_of(pointer, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member)                                                                   \
	({                                                                                                             \
		const struct list_head *refuzz_head = (head);                                                          \
		struct list_head *refuzz_first = READ_ONCE(refuzz_head->next);                                         \
		refuzz_first != refuzz_head ? list_entry(refuzz_first, type, member) : NULL;                           \
	})
#define list_next_entry(at, member) list_entry((at)->member.next, __typeof__(*(at)), member)
#define list_prev_entry(at, member) list_entry((at)->member.prev, __typeof__(*(at)), member)
#define list_entry_is_head(at, head, member) (&(at)->member == (head))

#define list_for_each(at, head) for (at = (head)->next; at != (head); at = at->next)
#define list_for_each_prev(at, head) for (at = (head)->prev; at != (head); at = at->prev)
#define list_for_each_safe(at, then, head)                                                                             \
	for (at = (head)->next, then = at->next; at != (head); at = then, then = at->next)
#define list_for_each_entry(at, head, member)                                                                          \
	for (at = list_first_entry(head, __typeof__(*at), member); !list_entry_is_head(at, head, member);              \
	     at = list_next_entry(at, member))
#define list_for_each_entry_reverse(at, head, member)                                                                  \
	for (at = list_last_entry(head, __typeof__(*at), member); !list_entry_is_head(at, head, member);               \
	     at = list_prev_entry(at, member))
#define list_for_each_entry_continue(at, head, member)                                                                 \
	for (at = list_next_entry(at, member); !list_entry_is_head(at, head, member); at = list_next_entry(at, member))
#define list_for_each_entry_from(at, head, member)                                                                     \
	for (; !list_entry_is_head(at, head, member); at = list_next_entry(at, member))
#define list_for_each_entry_safe(at, then, head, member)                                                               \
	for (at = list_first_entry(head, __typeof__(*at), member), then = list_next_entry(at, member);                 \
	     !list_entry_is_head(at, head, member); at = then, then = list_next_entry(then, member))

#define HLIST_HEAD_INIT { NULL }
#define HLIST_HEAD(name) struct hlist_head name = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(head) ((head)->first = NULL)

static inline void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

static inline int hlist_unhashed(const struct hlist_node *node) { return !node->pprev; }
static inline int hlist_unhashed_lockless(const struct hlist_node *node) { return !READ_ONCE(node->pprev); }
static inline int hlist_empty(const struct hlist_head *head) { return !READ_ONCE(head->first); }

static inline void __hlist_del(struct hlist_node *node)
{
	struct hlist_node *next = node->next;
	struct hlist_node **pprev = node->pprev;

	WRITE_ONCE(*pprev, next);
	if (next)
		WRITE_ONCE(next->pprev, pprev);
}

static inline void hlist_del(struct hlist_node *node)
{
	__hlist_del(node);
	node->next = LIST_POISON1;
	node->pprev = LIST_POISON2;
}

static inline void hlist_del_init(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	__hlist_del(node);
	INIT_HLIST_NODE(node);
}

static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	struct hlist_node *first = head->first;

	WRITE_ONCE(node->next, first);
	if (first)
		WRITE_ONCE(first->pprev, &node->next);
	WRITE_ONCE(head->first, node);
	WRITE_ONCE(node->pprev, &head->first);
}

#define hlist_entry(pointer, type, member) container_of(pointer, type, member)
#define hlist_entry_safe(pointer, type, member)                                                                        \
	({                                                                                                             \
		__typeof__(pointer) refuzz_node = (pointer);                                                           \
		refuzz_node ? hlist_entry(refuzz_node, type, member) : NULL;                                           \
	})
#define hlist_for_each(at, head) for (at = (head)->first; at; at = at->next)
#define hlist_for_each_safe(at, then, head) for (at = (head)->first; at && ((then = at->next), 1); at = then)
#define hlist_for_each_entry(at, head, member)                                                                         \
	for (at = hlist_entry_safe((head)->first, __typeof__(*(at)), member); at;                                      \
	     at = hlist_entry_safe((at)->member.next, __typeof__(*(at)), member))
#define hlist_for_each_entry_safe(at, then, head, member)                                                              \
	for (at = hlist_entry_safe((head)->first, __typeof__(*(at)), member); at && ((then = at->member.next), 1);     \
	     at = hlist_entry_safe(then, __typeof__(*(at)), member))

#endif
