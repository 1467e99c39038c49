/* counter: stream.bytes */
struct stream {
	refcount_t bytes;
};

void stream_init(struct stream *s)
{
	refcount_set(&s->bytes, 1);
}

void stream_charge(struct stream *s)
{
	refcount_add(1, &s->bytes);
}

void stream_uncharge(struct stream *s)
{
	if (refcount_sub_and_test(1, &s->bytes))
		kfree(s);
}
