/* counter: rereader.refs; verdict: misuse */
struct rereader { refcount_t refs; };
struct rereader *rereader_new(void) { struct rereader *r = kzalloc(sizeof(*r), GFP_KERNEL); refcount_set(&r->refs, 1); return r; }
void rereader_get(struct rereader *r, int n) { refcount_set(&r->refs, refcount_read(&r->refs) + n); }
void rereader_put(struct rereader *r) { if (refcount_dec_and_test(&r->refs)) kfree(r); }
void rereader_use(struct rereader *r) { refcount_inc(&r->refs); }
