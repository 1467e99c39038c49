/* counter: clock_users */
static atomic_t clock_users;

void clock_get(void)
{
	WARN_ON(atomic_inc_return(&clock_users) == 1);
}

void clock_put(void)
{
	if (atomic_dec_and_test(&clock_users))
		clock_stop();
}
