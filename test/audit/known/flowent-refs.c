/* counter: flowent.refs; verdict: sound */
struct flowent { refcount_t refs; };
static void flowent_ctor(void *p) { struct flowent *f = p; refcount_set(&f->refs, 0); }
struct flowent *flowent_alloc(void)
{
	struct flowent *f = kmem_cache_alloc(flow_cache, GFP_ATOMIC);
	if (f)
		refcount_set(&f->refs, 1);
	return f;
}
void flowent_hold(struct flowent *f) { refcount_inc(&f->refs); }
struct flowent *flowent_lookup(u32 k)
{
	struct flowent *f = flow_hash_find(k);
	if (f && refcount_inc_not_zero(&f->refs))
		return f;
	return NULL;
}
void flowent_put(struct flowent *f) { if (refcount_dec_and_test(&f->refs)) kmem_cache_free(flow_cache, f); }
