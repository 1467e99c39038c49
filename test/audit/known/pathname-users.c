/* counter: pathname.users; verdict: as-is */
struct pathname {
	atomic_t users;
	const char *text;
	char own[32];
};

struct pathname *pathname_make(const char *text)
{
	struct pathname *p = kmem_cache_alloc(pathname_cache, GFP_KERNEL);

	if (!p)
		return NULL;
	p->text = text;
	atomic_set(&p->users, 1);
	return p;
}

void pathname_keep(struct pathname *p)
{
	atomic_inc(&p->users);
}

void pathname_drop(struct pathname *p)
{
	if (!atomic_dec_and_test(&p->users))
		return;
	if (p->text != p->own) {
		kfree(p->text);
		kfree_sensitive(p);
	} else {
		kmem_cache_free(pathname_cache, p);
	}
}
