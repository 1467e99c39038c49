/* counter: macobj.refs; verdict: sound */
struct macobj { refcount_t refs; };
#define MACOBJ_INIT(o) do { refcount_set(&(o)->refs, 1); } while (0)
struct macobj *macobj_new(void) { struct macobj *h = kzalloc(sizeof(*h), GFP_KERNEL); MACOBJ_INIT(h); return h; }
void macobj_get(struct macobj *t) { refcount_inc(&t->refs); }
void macobj_put(struct macobj *t) { if (refcount_dec_and_test(&t->refs)) kfree(t); }
