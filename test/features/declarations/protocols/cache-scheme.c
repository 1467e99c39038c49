#include <refuzz.h>
#include "cache.c"

#ifdef DECLARED
REFUZZ_SCHEME(struct entry, users);
REFUZZ_WORD(cache_lock);
REFUZZ_WORD(cache_unused);
REFUZZ_FIELD(referenced);
REFUZZ_STATE(unused)
{
	cache_unused = 1;
	refuzz_link(REFUZZ_LIVE);
}
REFUZZ_STATE(used)
{
	atomic_set(&object->users, 1);
	object->referenced = true;
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}
REFUZZ_GET(entry_get) { return entry_get(object); }
REFUZZ_PUT(entry_put) { entry_put(object); }
REFUZZ_ACT(entry_shrink) { return entry_shrink(object); }
#else
REFUZZ_SCHEME(struct entry, users);
REFUZZ_STATE(unused) { cache_unused = 1; refuzz_link(REFUZZ_LIVE); }
REFUZZ_STATE(used, .count = 1, .live = true, .holders = 1, .object.referenced = true);
REFUZZ_OPS(entry_get, entry_put, entry_shrink);
#endif
