/* counter: open_files.count; verdict: as-is; rule: plain */
struct open_files {
	atomic_t count;
	int next;
};

struct open_files first_files = {
	.count = ATOMIC_INIT(1), /* evidence */
};

struct open_files *files_copy(struct open_files *old)
{
	struct open_files *f = kmem_cache_alloc(files_cache, GFP_KERNEL);

	if (!f)
		return NULL;
	atomic_set(&f->count, 1); /* evidence */
	f->next = old->next;
	return f;
}

void files_put(struct open_files *f)
{
	if (atomic_dec_and_test(&f->count)) { /* evidence */
		close_all(f);
		kmem_cache_free(files_cache, f);
	}
}

int files_share(struct open_files *f)
{
	atomic_inc(&f->count); /* evidence */
	return 0;
}

int files_unshare(struct open_files *f, struct open_files **out)
{
	if (f && atomic_read(&f->count) > 1) {
		*out = files_copy(f);
		if (!*out)
			return -ENOMEM;
	}
	return 0;
}
