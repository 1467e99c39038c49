/* counter: host.refcnt */
struct host {
	struct rcu_head rcu;
	atomic_t refcnt;
};

struct host *host_make(void)
{
	struct host *h = kmem_cache_alloc(hosts, GFP_ATOMIC);

	atomic_set(&h->refcnt, 2); /* evidence */
	return h;
}

struct host *host_find(struct host *h)
{
	if (!atomic_add_unless(&h->refcnt, 1, -1)) /* evidence */
		return NULL;
	return h;
}

void host_put(struct host *h)
{
	atomic_dec(&h->refcnt); /* evidence */
}

void host_collect(struct host *h)
{
	if (atomic_cmpxchg(&h->refcnt, 0, -1) == 0) /* evidence */
		call_rcu(&h->rcu, host_free);
}
