/* counter: handshake.work_count; verdict: no; rule: minus-one-based */
struct handshake {
	spinlock_t lock;
	atomic_t work_count;
};

struct handshake *handshake_new(void)
{
	struct handshake *h = kzalloc(sizeof(*h), GFP_KERNEL);

	atomic_set(&h->work_count, -1); /* evidence */
	return h;
}

static void handshake_queue(struct handshake *h, struct work *work)
{
	bool immediate;

	spin_lock_irq(&h->lock);
	immediate = atomic_inc_and_test(&h->work_count); /* evidence */
	if (!immediate)
		list_add_tail(&work->list, &h->works);
	spin_unlock_irq(&h->lock);
	if (immediate)
		handshake_process(h, work);
}

static void handshake_process(struct handshake *h, struct work *work)
{
	int ret = handshake_do(h, work);

	while (!ret && !atomic_add_negative(-1, &h->work_count)) { /* evidence */
		work = handshake_next(h);
		ret = handshake_do(h, work);
	}
}
