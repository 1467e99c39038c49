/* counter: buffer.users */
struct buffer {
	struct mutex lock;
	atomic_t users;
};

int buffer_use(struct buffer *b)
{
	if (atomic_inc_not_zero(&b->users)) /* evidence */
		return 0;
	mutex_lock(&b->lock);
	if (atomic_read(&b->users) == 0)
		buffer_pin(b);
	atomic_set(&b->users, 1); /* evidence */
	mutex_unlock(&b->lock);
	return 0;
}

void buffer_unuse(struct buffer *b)
{
	mutex_lock(&b->lock);
	if (atomic_dec_and_test(&b->users)) /* evidence */
		buffer_unpin(b);
	mutex_unlock(&b->lock);
}
