/* counter: maxent.refs; verdict: sound */
/* overflow guard on a genuine reference, freed by a callee out of sight */
struct maxent { refcount_t refs; };
void maxent_init(struct maxent *m) { refcount_set(&m->refs, 1); }
int maxent_get(struct maxent *m)
{
	if (refcount_read(&m->refs) >= INT_MAX)
		return -EOVERFLOW;
	refcount_inc(&m->refs);
	return 0;
}
void maxent_put(struct maxent *m) { if (refcount_dec_and_test(&m->refs)) m->ops->release(m); }
