/* Tables of lists. Where numbers are hashed they all have one list: there is one object. */
#ifndef _LINUX_HASHTABLE_H
#define _LINUX_HASHTABLE_H

#include <refuzz/usual.h>

#define DEFINE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define DEFINE_READ_MOSTLY_HASHTABLE(name, bits) DEFINE_HASHTABLE(name, bits)
#define HASH_SIZE(table) ARRAY_SIZE(table)
#define hash_init(table) ((void)(table))
#define hash_hashed(node) (!hlist_unhashed(node))
#define hash_empty(table) hlist_empty(&(table)[0])

#define REFUZZ_HASH(key)                                                                                               \
	({                                                                                                             \
		REFUZZ_READ(key);                                                                                      \
		0;                                                                                                     \
	})
#define hash_add(table, node, key) hlist_add_head(node, &(table)[REFUZZ_HASH(key)])
#define hash_add_rcu(table, node, key) hlist_add_head_rcu(node, &(table)[REFUZZ_HASH(key)])
#define hash_del(node) hlist_del_init(node)
#define hash_del_rcu(node) hlist_del_init_rcu(node)

#define hash_for_each_possible(table, entry, member, key) hlist_for_each_entry(entry, &(table)[0], member)
#define hash_for_each_possible_rcu(table, entry, member, key) hlist_for_each_entry_rcu(entry, &(table)[0], member)
#define hash_for_each_possible_safe(table, entry, next, member, key)                                                   \
	hlist_for_each_entry_safe(entry, next, &(table)[0], member)
#define hash_for_each(table, bucket, entry, member)                                                                    \
	(bucket) = 0;                                                                                                  \
	hlist_for_each_entry(entry, &(table)[0], member)

#endif
