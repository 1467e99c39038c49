/* counter: chip_power.wakeref_count; verdict: no; rule: bias */
#define WAKELOCK_SHIFT 16
#define WAKELOCK_BIAS (1 << WAKELOCK_SHIFT)

struct chip_power {
	atomic_t wakeref_count;
};

static void power_acquire(struct chip_power *p, bool wakelock)
{
	if (wakelock)
		atomic_add(1 + WAKELOCK_BIAS, &p->wakeref_count); /* evidence */
	else
		atomic_inc(&p->wakeref_count);
}

static void power_release(struct chip_power *p, int wakelock)
{
	if (wakelock)
		atomic_sub(WAKELOCK_BIAS, &p->wakeref_count); /* evidence */
	untrack(p);
}

void power_init(struct chip_power *p)
{
	atomic_set(&p->wakeref_count, 0);
}
