/* counter: batch.parts */
struct batch {
	struct completion done;
	atomic_t parts;
};

void batch_init(struct batch *b)
{
	atomic_set(&b->parts, 1); /* evidence */
}

void batch_part(struct batch *b)
{
	atomic_inc(&b->parts); /* evidence */
}

void batch_part_done(struct batch *b)
{
	if (atomic_dec_and_test(&b->parts)) /* evidence */
		complete(&b->done);
}
