/* counter: clock_users */
static atomic_t clock_users;

void clock_get(void)
{
	if (atomic_inc_return(&clock_users) == 1) /* evidence */
		clock_start();
}

void clock_put(void)
{
	if (atomic_dec_and_test(&clock_users)) /* evidence */
		clock_stop();
}
