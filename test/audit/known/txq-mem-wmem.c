/* counter: txq_mem.wmem; verdict: weighted|sound */
struct txq_mem { refcount_t wmem; };
struct txq_mem *txq_mem_new(void) { struct txq_mem *q = kmalloc(sizeof(*q), GFP_KERNEL); refcount_set(&q->wmem, 1); return q; }
void txq_charge(struct txq_mem *q, unsigned int len) { refcount_add(len, &q->wmem); }
void txq_uncharge(struct txq_mem *q, unsigned int len)
{
	if (refcount_sub_and_test(len, &q->wmem))
		kfree(q);
}
void txq_close(struct txq_mem *q)
{
	if (refcount_dec_and_test(&q->wmem))
		kfree(q);
}
