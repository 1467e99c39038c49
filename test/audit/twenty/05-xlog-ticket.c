/* counter: permit.ref; verdict: as-is; rule: plain */
struct permit {
	atomic_t ref;
	int units;
};

void permit_put(struct permit *p)
{
	ASSERT(atomic_read(&p->ref) > 0);
	if (atomic_dec_and_test(&p->ref)) /* evidence */
		kmem_cache_free(permits, p);
}

struct permit *permit_get(struct permit *p)
{
	ASSERT(atomic_read(&p->ref) > 0);
	atomic_inc(&p->ref); /* evidence */
	return p;
}

struct permit *permit_alloc(int units)
{
	struct permit *p;

	p = kmem_cache_zalloc(permits, GFP_KERNEL | __GFP_NOFAIL);
	atomic_set(&p->ref, 1); /* evidence */
	p->units = units;
	return p;
}
