/* counter: quota.keys */
struct quota {
	atomic_t keys;
};

void quota_take(struct quota *q)
{
	atomic_inc(&q->keys);
}

void quota_drop(struct quota *q)
{
	if (atomic_add_negative(-1, &q->keys))
		quota_complain(q);
}
