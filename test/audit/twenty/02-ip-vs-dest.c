/* counter: backend.refcnt; verdict: by-one; rule: freed-below-zero */
struct backend {
	struct list_head trash;
	atomic_t refcnt;
	atomic_t conns;
};

static inline void backend_hold(struct backend *b)
{
	atomic_inc(&b->refcnt); /* evidence */
}

static inline void backend_put(struct backend *b)
{
	smp_mb__before_atomic();
	atomic_dec(&b->refcnt); /* evidence */
}

static inline void backend_put_and_free(struct backend *b)
{
	if (atomic_dec_return(&b->refcnt) < 0) /* evidence */
		kfree(b);
}

struct backend *backend_new(void)
{
	struct backend *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return NULL;
	atomic_set(&b->refcnt, 1);
	return b;
}

static void trash_expire(struct list_head *trash)
{
	struct backend *b, *next;

	list_for_each_entry_safe(b, next, trash, trash) {
		if (atomic_read(&b->refcnt) > 0) /* evidence */
			continue;
		list_del(&b->trash);
		backend_put_and_free(b);
	}
}
