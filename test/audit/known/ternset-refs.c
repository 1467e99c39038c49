/* counter: ternset.refs; verdict: sound */
struct ternset { refcount_t refs; };
struct ternset *ternset_new(bool shared) { struct ternset *p = kzalloc(sizeof(*p), GFP_KERNEL); refcount_set(&p->refs, shared ? 2 : 1); return p; }
void ternset_get(struct ternset *p) { refcount_inc(&p->refs); }
void ternset_put(struct ternset *p) { if (refcount_dec_and_test(&p->refs)) kfree(p); }
