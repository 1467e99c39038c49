/* A percpu_ref that an administrator kills; LATE takes the reference when the read section is over. */
#include <refuzz.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/slab.h>

struct queue {
	struct percpu_ref ref;
	struct rcu_head rcu;
};

/* A percpu_ref is killed once. */
static DEFINE_MUTEX(control);

static void queue_free(struct percpu_ref *ref)
{
	struct queue *queue = container_of(ref, struct queue, ref);

	kfree_rcu(queue, rcu);
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
	got = got && percpu_ref_tryget_live_rcu(&queue->ref);
	rcu_read_unlock();
#endif
	return got;
}

static bool queue_kill(struct queue *queue)
{
	guard(mutex)(&control);
	if (refuzz_linked() != REFUZZ_LIVE)
		return false;
	refuzz_link(REFUZZ_NOWHERE);
	percpu_ref_kill(&queue->ref);
	return true;
}

REFUZZ_SCHEME(struct queue, ref.count);
REFUZZ_WORD(control);
REFUZZ_FIELD(ref.percpu_count_ptr);
REFUZZ_FIELD(ref.refuzz_percpu);
REFUZZ_FIELD(ref.release);
REFUZZ_FIELD(ref.confirm_switch);
REFUZZ_STATE(live) { (void)percpu_ref_init(&object->ref, queue_free, 0, GFP_KERNEL); refuzz_link(REFUZZ_LIVE); }
REFUZZ_STATE(atomic)
{
	(void)percpu_ref_init(&object->ref, queue_free, PERCPU_REF_INIT_ATOMIC, GFP_KERNEL);
	refuzz_link(REFUZZ_LIVE);
}
REFUZZ_GET(get) { return queue_get(object); }
REFUZZ_PUT(put) { percpu_ref_put(&object->ref); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(kill) { return queue_kill(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
