/* counter: ppriv.refs; verdict: sound|unknown */
/* the start is a default of a macro that declares one */
struct ppriv { refcount_t refs; const char *n; };
#define PPRIV_INIT(name_) { .refs = REFCOUNT_INIT(1), .n = name_ }
#define DEFINE_PPRIV(v, nm) struct ppriv v = PPRIV_INIT(nm)
static DEFINE_PPRIV(ppriv_a, "a");
void ppriv_get(struct ppriv *p) { refcount_inc(&p->refs); }
void ppriv_put(struct ppriv *p) { if (refcount_dec_and_test(&p->refs)) ppriv_fini(p); }
