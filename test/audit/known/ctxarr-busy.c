/* counter: ctxarr.busy; verdict: sound */
struct ctxarr { refcount_t busy[4]; };
void ctxarr_init(struct ctxarr *c) { int i; for (i = 0; i < 4; i++) refcount_set(&c->busy[i], 1); }
void ctxarr_get(struct ctxarr *c, int i) { refcount_inc(&c->busy[i]); }
void ctxarr_put(struct ctxarr *c, int i) { if (refcount_dec_and_test(&c->busy[i])) ctxarr_free_one(c, i); }
