/* counter: rdcnt.refs; verdict: sound */
/* reset under exclusive ownership: the only user sets it anew */
struct rdcnt { refcount_t refs; };
struct rdcnt *rdcnt_new(void) { struct rdcnt *t = kzalloc(sizeof(*t), GFP_KERNEL); refcount_set(&t->refs, 1); return t; }
void rdcnt_get(struct rdcnt *t) { refcount_inc(&t->refs); }
void rdcnt_put(struct rdcnt *t) { if (refcount_dec_and_test(&t->refs)) kfree(t); }
struct rdcnt *rdcnt_reuse(struct rdcnt *t)
{
	if (refcount_read(&t->refs) == 1) {
		refcount_set(&t->refs, 1);
		rdcnt_clear(t);
		return t;
	}
	rdcnt_put(t);
	return rdcnt_new();
}
