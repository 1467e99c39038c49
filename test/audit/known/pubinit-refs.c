/* counter: pubinit.refs; verdict: sound|unknown */
struct pubinit { refcount_t refs; };
void pubinit_publish(struct pubinit *p) { smp_store_release(&p->refs.refs.counter, 1); }
void pubinit_get(struct pubinit *p) { refcount_inc(&p->refs); }
void pubinit_put(struct pubinit *p) { if (refcount_dec_and_test(&p->refs)) kfree(p); }
