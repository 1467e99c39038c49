#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct ref { atomic_t n; };
struct dev { int x; struct ref ref; };
static void dev_release(struct ref *r) { kfree(container_of(r, struct dev, ref)); }
static inline void ref_get(struct ref *r) { atomic_inc(&r->n); }
static inline int ref_put(struct ref *r, void (*release)(struct ref *))
{
	if (atomic_dec_and_test(&r->n)) {
		release(r);
		return 1;
	}
	return 0;
}
REFUZZ_SCHEME(struct dev, ref.n);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_DUP(get) { ref_get(&object->ref); return true; }
REFUZZ_PUT(put) { ref_put(&object->ref, dev_release); }
REFUZZ_USE(use) { refuzz_use(); }
