/* counter: stream_runtime.accessing; verdict: no; rule: two-sided */
struct stream_runtime {
	atomic_t accessing;
};

void stream_attach(struct stream_runtime *r)
{
	atomic_set(&r->accessing, 0);
}

static int stream_block(struct stream_runtime *r)
{
	if (!atomic_dec_unless_positive(&r->accessing)) /* evidence */
		return -EBUSY;
	return 0;
}

static void stream_unblock(struct stream_runtime *r)
{
	atomic_inc(&r->accessing);
}

int stream_copy(struct stream_runtime *r)
{
	if (!atomic_inc_unless_negative(&r->accessing)) /* evidence */
		return -EBUSY;
	copy_all(r);
	atomic_dec(&r->accessing);
	return 0;
}
