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

void queue_in(struct queue *q, int len)
{
	atomic_add(len, &q->bytes);
}

void queue_out(struct queue *q, int len)
{
	if (atomic_sub_and_test(len, &q->bytes))
		kfree(q);
}
