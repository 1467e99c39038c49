/* A percpu_ref of a kernel tree that an administrator kills; LATE takes the reference when the read section is over. */
#include <refuzz.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/slab.h>

struct queue {
	struct percpu_ref ref;
	/* The references are counted beside the object, by lib/percpu-refcount.c; of these there are none. */
	int others;
};

/* A percpu_ref is killed once. */
static DEFINE_MUTEX(control);

static void queue_free(struct percpu_ref *ref)
{
	percpu_ref_exit(ref);
	kfree(container_of(ref, struct queue, ref));
}

static bool queue_get(struct queue *queue)
{
	bool got;

	rcu_read_lock();
	got = refuzz_linked() == REFUZZ_LIVE;
#ifdef LATE
	rcu_read_unlock();
	if (got)
		percpu_ref_get(&queue->ref);
#else
	got = got && percpu_ref_tryget_live(&queue->ref);
	rcu_read_unlock();
#endif
	return got;
}

/*
 * percpu_ref_kill() has interrupts disabled while it holds its lock. To the kernel's RCU that is a read section, to refuzz's it
 * is none: without one the callback could be done before kill has put its own reference, and its release would want the lock.
 */
static bool queue_kill(struct queue *queue)
{
	guard(mutex)(&control);
	guard(rcu)();
	if (refuzz_linked() != REFUZZ_LIVE)
		return false;
	refuzz_link(REFUZZ_NOWHERE);
	percpu_ref_kill(&queue->ref);
	return true;
}

REFUZZ_SCHEME(struct queue, others);
/* Only a particular count leads to the release, which is more than is tried where words are sought. */
#define DATA (*(struct percpu_ref_data *)refuzz_pieces[1].memory)
REFUZZ_WORD(DATA.release);
REFUZZ_WORD(refuzz_pieces[0].is_free);
REFUZZ_WORD(refuzz_pieces[1].is_free);
REFUZZ_STATE(live) { (void)percpu_ref_init(&object->ref, queue_free, 0, GFP_KERNEL); refuzz_link(REFUZZ_LIVE); }
REFUZZ_GET(get) { return queue_get(object); }
REFUZZ_PUT(put) { percpu_ref_put(&object->ref); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(kill) { return queue_kill(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
