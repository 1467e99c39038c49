/* counter: setall.refs; verdict: sound|unknown */
struct setall { refcount_t refs; int x; };
static void setall_bulk(struct setall *v, int n, refcount_t one) { int i; for (i = 0; i < n; i++) v[i].refs = one; }
void setall_get(struct setall *p) { refcount_inc(&p->refs); }
void setall_put(struct setall *p) { if (refcount_dec_and_test(&p->refs)) setall_fin(p); }
