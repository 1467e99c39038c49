#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct seat { atomic_t taken; };
static bool seat_put(struct seat *s)
{
	int old = atomic_read(&s->taken);

	do {
		if (old >= 4 || old <= 0)
			return false;
	} while (!atomic_try_cmpxchg(&s->taken, &old, old - 1));
	if (old == 1)
		kfree(s);
	return true;
}
REFUZZ_SCHEME(struct seat, taken);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_DUP(get) { atomic_inc(&object->taken); return true; }
REFUZZ_PUT(put) { seat_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
