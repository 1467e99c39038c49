/* counter: unit_users */
static atomic_t unit_users;
static DEFINE_MUTEX(unit_lock);

int unit_get(void)
{
	if (atomic_inc_return(&unit_users) == 1)
		return unit_reserve();
	return 0;
}

void unit_put(void)
{
	if (atomic_dec_and_test(&unit_users))
		unit_release();
}
