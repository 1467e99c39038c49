/* counter: entry.users */
struct entry {
	struct list_head list;
	atomic_t users;
};

void entry_get(struct entry *e)
{
	atomic_inc(&e->users);
}

void entry_put(struct entry *e)
{
	atomic_dec(&e->users);
}

void entry_collect(struct entry *e)
{
	if (atomic_read(&e->users) == 0)
		entry_shrink(e);
}
