/* A sweeper frees tickets once whoever gave the last one back is done; in before.c it did not wait for him. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <asm/barrier.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct ticket {
	atomic_t refs;
	int is_done;
};

static DEFINE_SPINLOCK(desk);

static bool ticket_find(struct ticket *t)
{
	bool found;

	spin_lock(&desk);
	found = refuzz_linked() == REFUZZ_LIVE && atomic_inc_not_zero(&t->refs);
	spin_unlock(&desk);
	return found;
}

static void ticket_put(struct ticket *t)
{
	if (!atomic_dec_and_test(&t->refs))
		return;
	refuzz_use();
	smp_store_release(&t->is_done, 1);
}

static enum refuzz_outcome ticket_sweep(struct ticket *t)
{
	enum refuzz_outcome outcome = REFUZZ_VOID;

	spin_lock(&desk);
	if (refuzz_linked() == REFUZZ_LIVE) {
		outcome = REFUZZ_REFUSED;
		if (smp_load_acquire(&t->is_done)) {
			refuzz_link(REFUZZ_NOWHERE);
			kfree(t);
			outcome = REFUZZ_GRANTED;
		}
	}
	spin_unlock(&desk);
	return outcome;
}

REFUZZ_SCHEME(struct ticket, refs);
REFUZZ_WORD(desk);
REFUZZ_FIELD(is_done);
REFUZZ_STATE(one)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(find) { return ticket_find(object); }
REFUZZ_PUT(put) { ticket_put(object); }
REFUZZ_ACT(sweep) { return ticket_sweep(object); }
