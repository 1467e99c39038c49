/* counter: group.members */
struct group {
	atomic_t members;
};

struct group *group_new(void)
{
	struct group *g = kzalloc(sizeof(*g), GFP_KERNEL);

	atomic_set(&g->members, 1);
	return g;
}

int group_join(struct group *g)
{
	if (atomic_read(&g->members) >= GROUP_MAX) /* evidence */
		return -ENOSPC;
	atomic_inc(&g->members);
	return 0;
}

void group_leave(struct group *g)
{
	if (atomic_dec_and_test(&g->members)) /* evidence */
		kfree(g);
}
