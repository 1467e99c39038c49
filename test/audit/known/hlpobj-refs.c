/* counter: hlpobj.refs; verdict: sound */
struct hlpobj { refcount_t refs; };
static inline void ref_one(refcount_t *r) { refcount_set(r, 1); }
struct hlpobj *hlpobj_new(void) { struct hlpobj *h = kzalloc(sizeof(*h), GFP_KERNEL); ref_one(&h->refs); return h; }
void hlpobj_get(struct hlpobj *t) { refcount_inc(&t->refs); }
void hlpobj_put(struct hlpobj *t) { if (refcount_dec_and_test(&t->refs)) kfree(t); }
