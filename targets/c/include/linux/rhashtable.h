/* A table of one entry: there is one object. It is found under any key. */
#ifndef _LINUX_RHASHTABLE_H
#define _LINUX_RHASHTABLE_H

#include <refuzz/leaves-out.h>
#include <refuzz/usual.h>

#include <linux/rhashtable-types.h>

static inline void *refuzz_rhash_object(struct rhash_head *entry, struct rhashtable_params params)
{
	REFUZZ_LEAVES_OUT("resizable hash tables: one entry each, under any key");
	return entry ? (char *)entry - params.head_offset : NULL;
}
static inline void *rhashtable_lookup(struct rhashtable *table, const void *key, struct rhashtable_params params)
{
	(void)key;
	return refuzz_rhash_object(__atomic_load_n(&table->refuzz_entry, __ATOMIC_CONSUME), params);
}
#define rhashtable_lookup_fast(table, key, params) rhashtable_lookup(table, key, params)
static inline int rhashtable_insert_fast(struct rhashtable *table, struct rhash_head *entry, struct rhashtable_params params)
{
	struct rhash_head *none = NULL;

	(void)params;
	return __atomic_compare_exchange_n(&table->refuzz_entry, &none, entry, false, __ATOMIC_RELEASE,
					   __ATOMIC_RELAXED) ? 0 : -EEXIST;
}
#define rhashtable_lookup_insert_fast(table, entry, params) rhashtable_insert_fast(table, entry, params)
static inline int rhashtable_remove_fast(struct rhashtable *table, struct rhash_head *entry, struct rhashtable_params params)
{
	(void)params;
	return __atomic_compare_exchange_n(&table->refuzz_entry, &entry, NULL, false, __ATOMIC_RELEASE,
					   __ATOMIC_RELAXED) ? 0 : -ENOENT;
}

#endif
