/* counter: unit_users */
static atomic_t unit_users;
static DEFINE_MUTEX(unit_lock);

int unit_get(void)
{
	int err = 0;

	if (!atomic_inc_not_zero(&unit_users)) { /* evidence */
		mutex_lock(&unit_lock);
		if (atomic_read(&unit_users) == 0) /* evidence */
			err = unit_reserve();
		if (!err)
			atomic_inc(&unit_users); /* evidence */
		mutex_unlock(&unit_lock);
	}
	return err;
}

void unit_put(void)
{
	if (atomic_dec_and_mutex_lock(&unit_users, &unit_lock)) { /* evidence */
		unit_release();
		mutex_unlock(&unit_lock);
	}
}
