/*
 * Opening takes a reference while it asks whether the port can be opened.
 *
 * Op by op: nothing warns of a put that does not happen.
 */
#include <refuzz.h>
#include <linux/compiler.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct port {
	refcount_t refs;
};

static DEFINE_SPINLOCK(table);
static int closed;

static bool port_get(struct port *port)
{
	bool found;

	spin_lock(&table);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refcount_inc(&port->refs);
	spin_unlock(&table);
	return found;
}

static void port_put(struct port *port)
{
	if (refcount_dec_and_test(&port->refs))
		kfree(port);
}

static enum refuzz_outcome port_open(struct port *port)
{
	if (!port_get(port))
		return REFUZZ_VOID;
	if (READ_ONCE(closed))
		return REFUZZ_REFUSED;
	port_put(port);
	return REFUZZ_GRANTED;
}

/* The table has a reference of its own. */
static bool port_remove(struct port *port)
{
	bool was_there;

	spin_lock(&table);
	was_there = refuzz_linked() == REFUZZ_LIVE;
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&table);
	if (was_there)
		port_put(port);
	return was_there;
}

REFUZZ_SCHEME(struct port, refs);
REFUZZ_SATURATED(REFCOUNT_SATURATED);
REFUZZ_WORD(table);
REFUZZ_WORD(closed);
REFUZZ_STATE(ready)
{
	refcount_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
}
REFUZZ_STATE(closed)
{
	refcount_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	closed = 1;
}

REFUZZ_GET(get) { return port_get(object); }
REFUZZ_PUT(put) { port_put(object); }
REFUZZ_ACT(open) { return port_open(object); }
REFUZZ_ACT(remove) { return port_remove(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
