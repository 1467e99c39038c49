/*
 * A sender takes a reference for as long as it sends. Where the other end is closed, it fails.
 *
 * The way out after a failure puts, and so does the common way out behind it.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct conn {
	atomic_t refs;
};

static DEFINE_SPINLOCK(table);
static int closed;

static bool conn_get(struct conn *conn)
{
	bool found;

	spin_lock(&table);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&conn->refs);
	spin_unlock(&table);
	return found;
}

static void conn_put(struct conn *conn)
{
	spin_lock(&table);
	if (atomic_dec_and_test(&conn->refs)) {
		refuzz_link(REFUZZ_NOWHERE);
		kfree(conn);
	}
	spin_unlock(&table);
}

static enum refuzz_outcome conn_send(struct conn *conn)
{
	enum refuzz_outcome outcome = REFUZZ_GRANTED;

	if (!conn_get(conn))
		return REFUZZ_VOID;
	if (READ_ONCE(closed)) {
		outcome = REFUZZ_REFUSED;
		conn_put(conn);
	}
	conn_put(conn);
	return outcome;
}

REFUZZ_SCHEME(struct conn, refs);
REFUZZ_WORD(table);
REFUZZ_WORD(closed);
REFUZZ_STATE(open)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}
REFUZZ_STATE(closed)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
	closed = 1;
}

REFUZZ_GET(get) { return conn_get(object); }
REFUZZ_PUT(put) { conn_put(object); }
REFUZZ_ACT(send) { return conn_send(object); }
