/* counter: tree_entry.s_count; verdict: as-is; rule: plain */
struct tree_entry {
	atomic_t s_count;
	struct list_head siblings;
};

static inline void entry_release(struct tree_entry *e)
{
	if (!(e->s_type & ENTRY_ROOT)) {
		kfree(e->s_attributes);
		kmem_cache_free(entries, e);
	}
}

static inline struct tree_entry *entry_get(struct tree_entry *e)
{
	if (e) {
		WARN_ON(!atomic_read(&e->s_count));
		atomic_inc(&e->s_count); /* evidence */
	}
	return e;
}

static inline void entry_put(struct tree_entry *e)
{
	WARN_ON(!atomic_read(&e->s_count));
	if (atomic_dec_and_test(&e->s_count)) /* evidence */
		entry_release(e);
}

struct tree_entry *entry_new(void)
{
	struct tree_entry *e = kmem_cache_zalloc(entries, GFP_KERNEL);

	if (!e)
		return ERR_PTR(-ENOMEM);
	atomic_set(&e->s_count, 1); /* evidence */
	return e;
}
