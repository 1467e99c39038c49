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

int group_is_shared(struct group *g)
{
	return atomic_read(&g->members) > 1;
}

void group_join(struct group *g)
{
	atomic_inc(&g->members);
}

void group_leave(struct group *g)
{
	if (atomic_dec_and_test(&g->members))
		kfree(g);
}
