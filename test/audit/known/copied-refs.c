/* counter: copied.refs; verdict: sound|unknown */
struct copied { refcount_t refs; int x; };
static const struct copied copied_template = { REFCOUNT_INIT(1), 4 };
struct copied *copied_new(void) { return kmemdup(&copied_template, sizeof(struct copied), GFP_KERNEL); }
void copied_get(struct copied *p) { refcount_inc(&p->refs); }
void copied_put(struct copied *p) { if (refcount_dec_and_test(&p->refs)) kfree(p); }
