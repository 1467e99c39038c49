/* counter: quota.keys */
struct quota {
	atomic_t keys;
};

int quota_take(struct quota *q)
{
	if (atomic_add_negative(1, &q->keys)) { /* evidence */
		atomic_dec(&q->keys);
		return -EOVERFLOW;
	}
	return 0;
}
