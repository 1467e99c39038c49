/* counter: stream.bytes */
struct stream {
	refcount_t bytes;
};

void stream_init(struct stream *s)
{
	refcount_set(&s->bytes, 1);
}

void stream_charge(struct stream *s, int len)
{
	refcount_add(len, &s->bytes); /* evidence */
}

void stream_uncharge(struct stream *s, int len)
{
	if (refcount_sub_and_test(len, &s->bytes)) /* evidence */
		kfree(s);
}
