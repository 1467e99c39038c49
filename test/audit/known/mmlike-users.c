/* counter: mmlike.users; verdict: as-is */
struct mmlike {
	atomic_t users;
	int is_wide;
};

struct mmlike *mmlike_make(void)
{
	struct mmlike *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return NULL;
	atomic_set(&m->users, 1);
	return m;
}

void mmlike_get(struct mmlike *m)
{
	atomic_inc(&m->users);
}

/* Compared with a number, which refuses nobody. */
void mmlike_flush(struct mmlike *m, int cpus)
{
	if (atomic_read(&m->users) >= cpus)
		m->is_wide = 1;
	flush_tlb_all();
}

void mmlike_put(struct mmlike *m)
{
	if (atomic_dec_and_test(&m->users))
		kfree(m);
}
