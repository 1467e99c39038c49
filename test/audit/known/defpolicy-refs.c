/* counter: defpolicy.refs; verdict: sound */
struct defpolicy { refcount_t refs; int mode; };
static struct defpolicy default_dp = { .refs = REFCOUNT_INIT(1), .mode = 0 };
void defpolicy_get(struct defpolicy *p) { refcount_inc(&p->refs); }
void defpolicy_put(struct defpolicy *p)
{
	if (!refcount_dec_and_test(&p->refs))
		return;
	kfree(p);
}
struct defpolicy *defpolicy_dup(struct defpolicy *old)
{
	struct defpolicy *n = kmalloc(sizeof(*n), GFP_KERNEL);
	*n = *old;
	n->refs = (refcount_t)REFCOUNT_INIT(1);
	return n;
}
