/* counter: buffer.users */
struct buffer {
	struct mutex lock;
	atomic_t users;
};

int buffer_use(struct buffer *b)
{
	if (atomic_inc_not_zero(&b->users))
		return 0;
	mutex_lock(&b->lock);
	atomic_inc(&b->users);
	mutex_unlock(&b->lock);
	return 0;
}

void buffer_unuse(struct buffer *b)
{
	if (atomic_dec_and_test(&b->users))
		buffer_unpin(b);
}
