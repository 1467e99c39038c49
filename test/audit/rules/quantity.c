/* counter: queue.bytes */
struct queue {
	atomic_t bytes;
};

void queue_in(struct queue *q, int len)
{
	atomic_add(len, &q->bytes); /* evidence */
}

void queue_out(struct queue *q, int len)
{
	atomic_sub(len, &q->bytes); /* evidence */
}
