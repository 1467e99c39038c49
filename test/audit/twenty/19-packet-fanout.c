/* counter: fan.sk_ref; verdict: sound; rule: idle-refcount */
struct fan {
	refcount_t sk_ref;
	unsigned int max_members;
};

static int fan_add(struct fan *match)
{
	int err = -ENOSPC;

	mutex_lock(&fan_mutex);
	if (!match) {
		match = kvzalloc(sizeof(*match), GFP_KERNEL);
		refcount_set(&match->sk_ref, 0); /* evidence */
	}
	if (refcount_read(&match->sk_ref) < match->max_members) {
		refcount_set(&match->sk_ref, refcount_read(&match->sk_ref) + 1); /* evidence */
		err = 0;
	}
	if (err && !refcount_read(&match->sk_ref)) /* evidence */
		kvfree(match);
	mutex_unlock(&fan_mutex);
	return err;
}

static struct fan *fan_release(struct fan *f)
{
	mutex_lock(&fan_mutex);
	if (refcount_dec_and_test(&f->sk_ref))
		list_del(&f->list);
	else
		f = NULL;
	mutex_unlock(&fan_mutex);
	return f;
}
