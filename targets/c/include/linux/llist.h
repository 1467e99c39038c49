/* Stacks without a lock: who adds makes one compare-exchange, who takes takes all of it. */
#ifndef _LINUX_LLIST_H
#define _LINUX_LLIST_H

#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/types.h>

struct llist_head {
	struct llist_node *first;
};

struct llist_node {
	struct llist_node *next;
};

#define LLIST_HEAD_INIT(name) { NULL }
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)

static inline void init_llist_head(struct llist_head *list) { list->first = NULL; }
static inline bool llist_empty(const struct llist_head *list) { return !READ_ONCE(list->first); }

/* Returns whether the list was empty. */
static inline bool llist_add_batch(struct llist_node *first, struct llist_node *last, struct llist_head *list)
{
	struct llist_node *before = READ_ONCE(list->first);

	do
		WRITE_ONCE(last->next, before);
	while (!try_cmpxchg(&list->first, &before, first));
	return !before;
}

static inline bool llist_add(struct llist_node *node, struct llist_head *list)
{
	return llist_add_batch(node, node, list);
}

static inline struct llist_node *llist_del_all(struct llist_head *list) { return xchg(&list->first, NULL); }

static inline struct llist_node *llist_del_first(struct llist_head *list)
{
	struct llist_node *first = __atomic_load_n(&list->first, __ATOMIC_ACQUIRE);

	do {
		if (!first)
			return NULL;
	} while (!try_cmpxchg(&list->first, &first, READ_ONCE(first->next)));
	return first;
}

#define llist_entry(pointer, type, member) container_of(pointer, type, member)
#define llist_next(node) ((node)->next)
#define llist_for_each(at, first) for (at = (first); at; at = at->next)
#define llist_for_each_safe(at, then, first) for (at = (first); at && ((then = at->next), 1); at = then)
/* An element that is at no offset of NULL is one. */
#define REFUZZ_LLIST_AT(at, member) ((unsigned long)(at) + offsetof(__typeof__(*(at)), member) != 0)
#define llist_for_each_entry(at, first, member)                                                                        \
	for (at = llist_entry(first, __typeof__(*(at)), member); REFUZZ_LLIST_AT(at, member);                          \
	     at = llist_entry((at)->member.next, __typeof__(*(at)), member))
#define llist_for_each_entry_safe(at, then, first, member)                                                             \
	for (at = llist_entry(first, __typeof__(*(at)), member);                                                       \
	     REFUZZ_LLIST_AT(at, member) && ((then = llist_entry(at->member.next, __typeof__(*(at)), member)), 1);     \
	     at = then)

#endif
