#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#define SEATS 3
struct seat { atomic_t taken; };
static bool seat_get(struct seat *s)
{
	int old = atomic_read(&s->taken);

	do {
		if (old >= SEATS)
			return false;
	} while (!atomic_try_cmpxchg(&s->taken, &old, old + 1));
	return true;
}
static void seat_put(struct seat *s)
{
	if (atomic_dec_return(&s->taken) < 0)
		kfree(s);
}
REFUZZ_SCHEME(struct seat, taken);
REFUZZ_STATE(one, .count = 0, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 1, .live = true, .holders = 2);
REFUZZ_DUP(get) { return seat_get(object); }
REFUZZ_PUT(put) { seat_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
