/* counter: assigned.refs; verdict: sound|unknown */
struct assigned { refcount_t refs; };
struct assigned *assigned_new(void)
{
	struct assigned *a = kzalloc(sizeof(*a), GFP_KERNEL);
	a->refs = (refcount_t)REFCOUNT_INIT(1);
	return a;
}
void assigned_get(struct assigned *p) { refcount_inc(&p->refs); }
void assigned_put(struct assigned *p) { if (refcount_dec_and_test(&p->refs)) kfree(p); }
