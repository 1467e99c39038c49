/* counter: inherits.refs; verdict: sound|unknown */
struct inherits { refcount_t refs; };
struct inherits *inherits_fork(struct inherits *t) { struct inherits *n = kmalloc(sizeof(*n), GFP_KERNEL); n->refs = t->refs; return n; }
void inherits_get(struct inherits *p) { refcount_inc(&p->refs); }
void inherits_put(struct inherits *p) { if (refcount_dec_and_test(&p->refs)) kfree(p); }
