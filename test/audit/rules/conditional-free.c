/* counter: volume.active */
struct volume {
	int keep;
	atomic_t active;
};

struct volume *volume_new(void)
{
	struct volume *v = kzalloc(sizeof(*v), GFP_KERNEL);

	atomic_set(&v->active, 1);
	return v;
}

void volume_get(struct volume *v)
{
	atomic_inc(&v->active); /* evidence */
}

void volume_put(struct volume *v)
{
	if (atomic_dec_and_test(&v->active) && !v->keep) /* evidence */
		kfree(v);
}
