/* One writer at a time: who exchanges 0 for 1 has the token, and sets it back. It counts nothing. */
#include <refuzz.h>
#include <linux/atomic.h>

struct gate {
	atomic_t taken;
};

static bool gate_enter(struct gate *gate)
{
	return atomic_cmpxchg(&gate->taken, 0, 1) == 0;
}

static void gate_leave(struct gate *gate)
{
	atomic_set(&gate->taken, 0);
}

REFUZZ_SCHEME(struct gate, taken);

REFUZZ_STATE(free, .live = true);
REFUZZ_STATE(taken, .count = 1, .live = true, .holders = 1);

REFUZZ_GET(enter) { return gate_enter(object); }
REFUZZ_PUT(leave) { gate_leave(object); }
