/* counter: pathkept.users; verdict: with-care */
struct pathkept {
	atomic_t users;
	struct list_head lru;
	int is_hot;
	int is_big;
};

struct pathkept *pathkept_make(void)
{
	struct pathkept *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return NULL;
	atomic_set(&p->users, 1);
	return p;
}

void pathkept_keep(struct pathkept *p)
{
	atomic_inc(&p->users);
}

/* One of the three ways keeps it. */
void pathkept_drop(struct pathkept *p)
{
	if (!atomic_dec_and_test(&p->users))
		return;
	if (p->is_big)
		kvfree(p);
	else if (p->is_hot)
		list_add(&p->lru, &pathkept_lru);
	else
		kfree(p);
}
