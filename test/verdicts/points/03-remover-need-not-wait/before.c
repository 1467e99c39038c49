/* The remover waits for the last user and frees; after.c: the last user frees, and nobody waits. */
#include <refuzz.h>
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct port {
	refcount_t users;
	struct completion idle;
};

static int is_there;

static void port_put(struct port *p)
{
	if (refcount_dec_and_test(&p->users))
		complete(&p->idle);
}

static enum refuzz_outcome port_remove(struct port *p)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	port_put(p);
	wait_for_completion(&p->idle);
	kfree(p);
	return REFUZZ_GRANTED;
}

REFUZZ_SCHEME(struct port, users);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_FIELD(idle);
REFUZZ_WORD(is_there);
REFUZZ_STATE(busy)
{
	refcount_set(&object->users, 2);
	is_there = 1;
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_PUT(put) { port_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(remove) { return port_remove(object); }
