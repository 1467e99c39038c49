/* counter: timer_job.refs */
struct timer_job {
	atomic_t refs;
};

struct timer_job *job_new(void)
{
	struct timer_job *j = kzalloc(sizeof(*j), GFP_KERNEL);

	atomic_set(&j->refs, 1);
	return j;
}

void job_start(struct timer_job *j)
{
	atomic_inc(&j->refs);
	if (mod_timer(&j->timer, jiffies))
		atomic_dec(&j->refs); /* evidence */
}

void job_put(struct timer_job *j)
{
	if (atomic_dec_and_test(&j->refs)) /* evidence */
		kfree(j);
}
