/* counter: warrant.refcnt; verdict: as-is; rule: plain-wide */
struct warrant {
	struct work_struct work;
	atomic64_t refcnt;
};

static void warrant_free(struct warrant *w)
{
	kfree(w);
}

static void warrant_free_later(struct work_struct *work)
{
	struct warrant *w = container_of(work, struct warrant, work);

	warrant_free(w);
}

void warrant_inc(struct warrant *w)
{
	atomic64_inc(&w->refcnt); /* evidence */
}

void warrant_put(struct warrant *w)
{
	if (!w)
		return;
	if (!atomic64_dec_and_test(&w->refcnt)) /* evidence */
		return;
	INIT_WORK(&w->work, warrant_free_later);
	schedule_work(&w->work);
}

int warrant_create(struct file *file)
{
	struct warrant *w = kzalloc(sizeof(*w), GFP_USER);

	if (!w)
		return -ENOMEM;
	atomic64_set(&w->refcnt, 1); /* evidence */
	file->private_data = w;
	return 0;
}
