/* counter: recyc_buf.refs; verdict: sound */
struct recyc_buf { refcount_t refs; struct list_head l; };
struct recyc_buf *recyc_new(void) { struct recyc_buf *b = kmalloc(sizeof(*b), GFP_KERNEL); refcount_set(&b->refs, 1); return b; }
void recyc_get(struct recyc_buf *b) { refcount_inc(&b->refs); }
void recyc_put(struct recyc_pool *p, struct recyc_buf *b)
{
	if (refcount_dec_and_test(&b->refs)) {
		refcount_set(&b->refs, 1);
		list_add(&b->l, &p->free);
	}
}
