/* counter: dbgshow.refs; verdict: sound */
struct dbgshow { refcount_t refs; };
struct dbgshow *dbgshow_new(void) { struct dbgshow *t = kzalloc(sizeof(*t), GFP_KERNEL); refcount_set(&t->refs, 1); return t; }
void dbgshow_get(struct dbgshow *t) { refcount_inc(&t->refs); pr_debug("get %u\n", refcount_read(&t->refs)); }
static void dbgshow_drop(struct dbgshow *t) { kfree(t); }
void dbgshow_put(struct dbgshow *t) { if (refcount_dec_and_test(&t->refs)) dbgshow_drop(t); }
