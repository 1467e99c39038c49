/* counter: tmplobj.refs; verdict: sound|unknown */
struct tmplobj { refcount_t refs; int a; };
struct tmplobj *tmplobj_new(int a)
{
	struct tmplobj *t = kmalloc(sizeof(*t), GFP_KERNEL);
	*t = (struct tmplobj){ .refs = REFCOUNT_INIT(1), .a = a };
	return t;
}
void tmplobj_get(struct tmplobj *t) { refcount_inc(&t->refs); }
void tmplobj_put(struct tmplobj *t) { if (refcount_dec_and_test(&t->refs)) kfree(t); }
