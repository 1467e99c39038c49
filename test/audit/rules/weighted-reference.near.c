/* counter: queue.bytes */
struct queue {
	atomic_t bytes;
};

struct queue *queue_new(void)
{
	struct queue *q = kzalloc(sizeof(*q), GFP_KERNEL);

	atomic_set(&q->bytes, 1);
	return q;
}

void queue_in(struct queue *q)
{
	atomic_add(1, &q->bytes);
}

void queue_out(struct queue *q)
{
	if (atomic_sub_and_test(1, &q->bytes))
		kfree(q);
}
