/* counter: negcheck.refs; verdict: misuse */
struct negcheck { refcount_t refs; };
struct negcheck *negcheck_new(void) { struct negcheck *r = kzalloc(sizeof(*r), GFP_KERNEL); refcount_set(&r->refs, 1); return r; }
void negcheck_get(struct negcheck *r) { refcount_inc(&r->refs); }
void negcheck_put(struct negcheck *r)
{
	if (refcount_read(&r->refs) < 0)
		return;
	if (refcount_dec_and_test(&r->refs))
		kfree(r);
}
