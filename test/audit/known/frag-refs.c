/* counter: frag.refs; verdict: sound|weighted */
struct frag { refcount_t refs; };
struct frag *frag_new(int n) { struct frag *t = kzalloc(sizeof(*t), GFP_KERNEL); refcount_set(&t->refs, 2); return t; }
struct frag *frag_lookup(u32 k) { struct frag *f = rhashtable_lookup(&fr, &k, p); if (f && !refcount_inc_not_zero(&f->refs)) f = NULL; return f; }
void frag_kill(struct frag *f) { if (del_timer(&f->timer)) refcount_dec(&f->refs); if (f->hashed) { rhashtable_remove_fast(&fr, &f->node, p); refcount_dec(&f->refs); } }
void frag_put(struct frag *f) { if (refcount_dec_and_test(&f->refs)) call_rcu(&f->rcu, frag_destroy_rcu); }
void frag_put_n(struct frag *f, int refs) { if (refs && refcount_sub_and_test(refs, &f->refs)) kfree(f); }
