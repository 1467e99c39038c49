/* counter: far_end.refcnt; verdict: by-one; rule: sentinel */
struct far_end {
	struct rcu_head rcu;
	struct far_end *next_dead;
	atomic_t refcnt;
	unsigned long used;
};

static struct far_end *far_end_lookup(struct tree *base, u32 key)
{
	struct far_end *p;

	for (p = tree_first(base); p; p = tree_next(p, key)) {
		/* -1 means that the collector has it already */
		if (!atomic_add_unless(&p->refcnt, 1, -1)) /* evidence */
			p = NULL;
		return p;
	}
	return NULL;
}

static int far_end_collect(struct tree *base, struct far_end **stack, int n)
{
	struct far_end *dead = NULL, *p;

	while (n--) {
		p = stack[n];
		if (atomic_read(&p->refcnt) == 0) {
			if (jiffies - p->used > FAR_END_TTL &&
			    atomic_cmpxchg(&p->refcnt, 0, -1) == 0) { /* evidence */
				p->next_dead = dead;
				dead = p;
			}
		}
	}
	while ((p = dead) != NULL) {
		dead = p->next_dead;
		tree_erase(base, p);
		call_rcu(&p->rcu, far_end_free_rcu);
	}
	return 0;
}

struct far_end *far_end_create(struct tree *base, u32 key)
{
	struct far_end *p = kmem_cache_alloc(far_ends, GFP_ATOMIC);

	if (p) {
		atomic_set(&p->refcnt, 1); /* evidence */
		tree_insert(base, p, key);
	}
	return p;
}

void far_end_put(struct far_end *p)
{
	p->used = jiffies;
	smp_mb__before_atomic();
	atomic_dec(&p->refcnt); /* evidence */
}
