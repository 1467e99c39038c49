/* counter: hotrst.refs; verdict: misuse */
struct hotrst { refcount_t refs; };
struct hotrst *hotrst_new(void) { struct hotrst *h = kzalloc(sizeof(*h), GFP_KERNEL); refcount_set(&h->refs, 1); return h; }
struct hotrst *hotrst_get(struct hotrst *h) { if (h) refcount_inc(&h->refs); return h; }
void hotrst_put(struct hotrst *h)
{
	if (refcount_dec_and_test(&h->refs)) {
		kfree(h);
		return;
	}
}
void hotrst_force(struct hotrst *h)
{
	if (!refcount_dec_and_test(&h->refs)) {
		pr_warn("still busy\n");
		refcount_set(&h->refs, 1);
	}
}
