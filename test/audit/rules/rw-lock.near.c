/* counter: handle.usecnt */
struct handle {
	atomic_t usecnt;
};

int handle_get(struct handle *h)
{
	return atomic_add_unless(&h->usecnt, 1, -1) ? 0 : -ENOENT;
}

void handle_put(struct handle *h)
{
	atomic_dec(&h->usecnt);
}

void handle_collect(struct handle *h)
{
	if (atomic_cmpxchg(&h->usecnt, 0, -1) == 0)
		kfree(h);
}
