/* counter: waiter.refs */
struct waiter {
	atomic_t refs;
};

void waiter_cancel(struct waiter *w)
{
	atomic_or(WAITER_CANCELLED, &w->refs); /* evidence */
}

void waiter_get(struct waiter *w)
{
	atomic_inc(&w->refs); /* evidence */
}

void waiter_put(struct waiter *w)
{
	atomic_dec(&w->refs); /* evidence */
}
