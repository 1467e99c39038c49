/* counter: ptrset.refs; verdict: sound */
struct ptrset { refcount_t refs; };
struct ptrset *ptrset_new(void)
{
	struct ptrset *p = kzalloc(sizeof(*p), GFP_KERNEL);
	refcount_t *r = &p->refs;
	refcount_set(r, 1);
	return p;
}
void ptrset_get(struct ptrset *p) { refcount_inc(&p->refs); }
void ptrset_put(struct ptrset *p) { if (refcount_dec_and_test(&p->refs)) kfree(p); }
