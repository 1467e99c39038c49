/* counter: waiter.refs */
struct waiter {
	unsigned long flags;
	atomic_t refs;
};

void waiter_cancel(struct waiter *w)
{
	set_bit(WAITER_CANCELLED, &w->flags);
}

void waiter_get(struct waiter *w)
{
	atomic_inc(&w->refs);
}

void waiter_put(struct waiter *w)
{
	atomic_dec(&w->refs);
}
