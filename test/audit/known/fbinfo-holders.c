/* counter: fbinfo.holders; verdict: as-is */
struct fbops {
	void (*fb_destroy)(struct fbinfo *info);
};

struct fbinfo {
	atomic_t holders;
	const struct fbops *ops;
	struct rcu_head rcu;
};

struct fbinfo *fbinfo_make(const struct fbops *ops)
{
	struct fbinfo *info = kzalloc(sizeof(*info), GFP_KERNEL);

	if (!info)
		return NULL;
	info->ops = ops;
	atomic_set(&info->holders, 1);
	return info;
}

void fbinfo_get(struct fbinfo *info)
{
	atomic_inc(&info->holders);
}

void fbinfo_put(struct fbinfo *info)
{
	if (atomic_dec_and_test(&info->holders)) {
		if (in_atomic()) {
			kfree_rcu(info, rcu);
			return;
		}
		if (info->ops->fb_destroy)
			info->ops->fb_destroy(info);
		kfree(info);
	}
}
