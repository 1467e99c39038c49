/* counter: slotrow.refs; verdict: sound */
struct slotrow { refcount_t refs; int v; };
struct slottab { struct slotrow row[16]; };
void slottab_init(struct slottab *t) { int i; for (i = 0; i < 16; i++) refcount_set(&t->row[i].refs, 1); }
void slotrow_get(struct slotrow *r) { refcount_inc(&r->refs); }
void slotrow_put(struct slotrow *r) { if (refcount_dec_and_test(&r->refs)) slotrow_retire(r); }
