/* counter: folder.changes */
struct folder {
	atomic_t changes;
};

void folder_init(struct folder *f)
{
	atomic_set(&f->changes, 1);
}

void folder_change(struct folder *f)
{
	atomic_inc(&f->changes); /* evidence */
}

int folder_is_fresh(struct folder *f, int seen)
{
	return atomic_read(&f->changes) == seen; /* evidence */
}
