/* counter: counters_used; verdict: with-a-change; rule: idle-at-zero */
static atomic_t counters_used;
static DEFINE_MUTEX(counters_lock);

int counters_reserve(void)
{
	int err = 0;

	if (!atomic_inc_not_zero(&counters_used)) { /* evidence */
		mutex_lock(&counters_lock);
		if (atomic_read(&counters_used) == 0) { /* evidence */
			if (!hardware_reserve())
				err = -EBUSY;
			else
				buffers_reserve();
		}
		if (!err)
			atomic_inc(&counters_used); /* evidence */
		mutex_unlock(&counters_lock);
	}
	return err;
}

void counters_release(void)
{
	if (atomic_dec_and_mutex_lock(&counters_used, &counters_lock)) { /* evidence */
		hardware_release();
		buffers_release();
		mutex_unlock(&counters_lock);
	}
}
