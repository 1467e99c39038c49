/* counter: radio.users */
struct radio {
	atomic_t users;
};

void radio_get(struct radio *r)
{
	if (atomic_read(&r->users) == 0) /* evidence */
		radio_start(r);
	atomic_inc(&r->users); /* evidence */
}

void radio_put(struct radio *r)
{
	if (atomic_dec_and_test(&r->users))
		radio_stop(r);
}
