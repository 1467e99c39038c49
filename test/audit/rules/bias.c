/* counter: power.wakes */
struct power {
	atomic_t wakes;
};

void power_lock(struct power *p)
{
	atomic_add(POWER_LOCK_BIAS, &p->wakes); /* evidence */
}

void power_unlock(struct power *p)
{
	atomic_sub(POWER_LOCK_BIAS, &p->wakes); /* evidence */
}

void power_get(struct power *p)
{
	atomic_inc(&p->wakes);
}
