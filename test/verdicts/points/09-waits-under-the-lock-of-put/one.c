/* The remover waits for the last user under a mutex that the user's put takes. */
#include <refuzz.h>
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct port {
	refcount_t users;
	struct completion idle;
};

static DEFINE_MUTEX(bus);
static int is_there;

static void port_put(struct port *p)
{
	mutex_lock(&bus);
	if (refcount_dec_and_test(&p->users))
		complete(&p->idle);
	mutex_unlock(&bus);
}

static enum refuzz_outcome port_remove(struct port *p)
{
	if (!xchg(&is_there, 0))
		return REFUZZ_VOID;
	port_put(p);
	mutex_lock(&bus);
	wait_for_completion(&p->idle);
	mutex_unlock(&bus);
	kfree(p);
	return REFUZZ_GRANTED;
}

REFUZZ_SCHEME(struct port, users);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_FIELD(idle);
REFUZZ_WORD(bus);
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
