/* counter: rawset.refs; verdict: sound|unknown */
struct rawset { refcount_t refs; };
struct rawset *rawset_new(void) { struct rawset *r = kzalloc(sizeof(*r), GFP_KERNEL); atomic_set(&r->refs.refs, 1); return r; }
void rawset_get(struct rawset *p) { refcount_inc(&p->refs); }
void rawset_put(struct rawset *p) { if (refcount_dec_and_test(&p->refs)) kfree(p); }
