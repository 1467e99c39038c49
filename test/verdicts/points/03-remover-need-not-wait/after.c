/* The last of all frees. The remover goes on before that: nobody who relied on the wait is to be seen here. */
#include <refuzz.h>
#include <linux/kernel.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct port {
	refcount_t users;
};

static int is_there;

static void port_put(struct port *p)
{
	if (refcount_dec_and_test(&p->users))
		kfree(p);
}

static enum refuzz_outcome port_remove(struct port *p)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	port_put(p);
	return REFUZZ_GRANTED;
}

REFUZZ_SCHEME(struct port, users);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
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
