/* An object that is never freed: its put has nothing to do, in both files. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/compiler.h>

struct root {
	atomic_t lookups;
};

/* It is never freed, so that to have it needs no reference. */
static bool root_get(struct root *root)
{
	atomic_add(1, &root->lookups);
	return true;
}

REFUZZ_SCHEME(struct root, lookups);
REFUZZ_STATE(there)
{
	atomic_set(&object->lookups, 0);
	refuzz_link(REFUZZ_LIVE);
}

REFUZZ_GET(get) { return root_get(object); }
REFUZZ_PUT(put) { (void)object; }
REFUZZ_USE(use) { refuzz_use(); }
