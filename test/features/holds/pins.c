/* Pages have references that weigh 1, and pins that weigh 1024, in one count. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>

#define PIN 1024

struct page { atomic_t refs; };

static void drop(struct page *page, int by)
{
	if (atomic_sub_return(by, &page->refs) == 0)
		kfree(page);
}

REFUZZ_SCHEME(struct page, refs);
REFUZZ_STATE(mapped) { atomic_set(&object->refs, 1); refuzz_holds(0, refs); }
REFUZZ_STATE(pinned) { atomic_set(&object->refs, PIN); refuzz_holds(1, pins); }

REFUZZ_HOLD(refs, 1, get, put);
REFUZZ_DUP(get) { atomic_inc(&object->refs); return true; }
#ifdef HASTY
/* The last mapping goes, and so does the page, whoever has pinned it. */
REFUZZ_PUT(put)
{
	if (atomic_sub_return(1, &object->refs) % PIN == 0)
		kfree(object);
}
#else
REFUZZ_PUT(put) { drop(object, 1); }
#endif

REFUZZ_HOLD(pins, PIN, pin, unpin, dma);
/* Who pins a page has it mapped. */
REFUZZ_NEEDS(refs, pin);
#ifdef LIGHT
REFUZZ_GET(pin) { atomic_add(1, &object->refs); return true; }
#else
REFUZZ_GET(pin) { atomic_add(PIN, &object->refs); return true; }
#endif
#ifdef EAGER
REFUZZ_PUT(unpin) { drop(object, 1); }
#else
REFUZZ_PUT(unpin) { drop(object, PIN); }
#endif
REFUZZ_USE(dma) { refuzz_use(); }
#ifdef CONSERVES
REFUZZ_CONSERVES { return 0; }
#endif
