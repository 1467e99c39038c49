/* counter: host.refcnt */
struct host {
	struct rcu_head rcu;
	atomic_t refcnt;
};

struct host *host_make(void)
{
	struct host *h = kmem_cache_alloc(hosts, GFP_ATOMIC);

	atomic_set(&h->refcnt, 2);
	return h;
}

struct host *host_find(struct host *h)
{
	if (!atomic_add_unless(&h->refcnt, 1, 0))
		return NULL;
	return h;
}

void host_put(struct host *h)
{
	if (atomic_dec_and_test(&h->refcnt))
		kmem_cache_free(hosts, h);
}
