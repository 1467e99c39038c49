/* counter: basex.refs; verdict: sound */
/* init through a pointer to an embedded base */
struct basex { refcount_t refs; };
struct outerx { struct basex b; };
static void basex_init(struct basex *b) { refcount_set(&b->refs, 1); }
void basex_get(struct basex *b) { refcount_inc(&b->refs); }
void basex_put(struct basex *b) { if (refcount_dec_and_test(&b->refs)) kfree(container_of(b, struct outerx, b)); }
struct outerx *outerx_new(void) { struct outerx *o = kzalloc(sizeof(*o), GFP_KERNEL); basex_init(&o->b); return o; }
