/* counter: handle.usecnt */
struct handle {
	atomic_t usecnt;
};

int handle_read(struct handle *h)
{
	return atomic_add_unless(&h->usecnt, 1, -1) ? 0 : -EBUSY; /* evidence */
}

int handle_write(struct handle *h)
{
	return atomic_cmpxchg(&h->usecnt, 0, -1) == 0 ? 0 : -EBUSY; /* evidence */
}

void handle_read_unlock(struct handle *h)
{
	atomic_dec(&h->usecnt);
}

void handle_write_unlock(struct handle *h)
{
	atomic_set(&h->usecnt, 0); /* evidence */
}
