/* counter: qdrain.pend; verdict: sound */
struct qdrain { refcount_t pend; struct completion done; };
void qdrain_run(struct qdrain *q)
{
	int i;
	reinit_completion(&q->done);
	refcount_set(&q->pend, 1);
	for (i = 0; i < q->n; i++) {
		refcount_inc(&q->pend);
		qdrain_kick(q, i);
	}
	if (!refcount_dec_and_test(&q->pend))
		wait_for_completion(&q->done);
}
void qdrain_end(struct qdrain *q) { if (refcount_dec_and_test(&q->pend)) complete(&q->done); }
