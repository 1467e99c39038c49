#include <refuzz.h>
struct mb_cache;
struct mb_cache_entry;
enum { MBE_REFERENCED_B, MBE_REUSABLE_B };
void __mb_cache_entry_free(struct mb_cache *cache, struct mb_cache_entry *entry);
#include "parts.c"
static struct hlist_bl_head chain;
static struct mb_cache cache = { .c_hash = &chain, .c_list = LIST_HEAD_INIT(cache.c_list) };
REFUZZ_SCHEME(struct mb_cache_entry, e_refcnt);
REFUZZ_STATE(cached) { atomic_set(&object->e_refcnt, 1); list_add_tail(&object->e_list, &cache.c_list);
	hlist_bl_lock(&chain); hlist_bl_add_head(&object->e_hash_list, &chain); hlist_bl_unlock(&chain); }
REFUZZ_GET(find) { return mb_cache_entry_get(&cache, 0, 0) != NULL; }
REFUZZ_PUT(put) { mb_cache_entry_put(&cache, object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(shrink) { return mb_cache_shrink(&cache, 1) ? REFUZZ_GRANTED : REFUZZ_VOID; }
