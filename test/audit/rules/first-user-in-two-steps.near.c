/* counter: radio.users */
struct radio {
	atomic_t users;
};

void radio_get(struct radio *r)
{
	atomic_inc(&r->users);
}

void radio_put(struct radio *r)
{
	if (atomic_dec_and_test(&r->users))
		radio_stop(r);
}

int radio_is_off(struct radio *r)
{
	return atomic_read(&r->users) == 0;
}
