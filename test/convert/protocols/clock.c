/*
 * A clock that runs while somebody uses it.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/mutex.h>

struct clk_hw2 {
	atomic_t enabled;
	int running;
};

static DEFINE_MUTEX(clk_mutex);

static void clk2_enable(struct clk_hw2 *clk)
{
	mutex_lock(&clk_mutex);
	if (atomic_fetch_inc(&clk->enabled) == 0)
		WRITE_ONCE(clk->running, 1);
	mutex_unlock(&clk_mutex);
}

static void clk2_disable(struct clk_hw2 *clk)
{
	mutex_lock(&clk_mutex);
	if (atomic_dec_and_test(&clk->enabled))
		WRITE_ONCE(clk->running, 0);
	mutex_unlock(&clk_mutex);
}

REFUZZ_SCHEME(struct clk_hw2, enabled);
REFUZZ_STATE(off, .live = true);
REFUZZ_STATE(on, .count = 1, .live = true, .holders = 1, .object.running = 1);
REFUZZ_GET(enable) { clk2_enable(object); return true; }
REFUZZ_PUT(disable) { clk2_disable(object); }
REFUZZ_ACT(tick) { return READ_ONCE(object->running) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
