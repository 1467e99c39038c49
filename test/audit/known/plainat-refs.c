/* counter: plainat.refs; verdict: as-is */
struct plainat { atomic_t refs; };
struct plainat *plainat_new(void) { struct plainat *p = kzalloc(sizeof(*p), GFP_KERNEL); if (!p) return NULL; atomic_set(&p->refs, 1); return p; }
struct plainat *plainat_get(struct plainat *p) { if (p) atomic_inc(&p->refs); return p; }
void plainat_put(struct plainat *p) { if (p && atomic_fetch_sub_release(1, &p->refs) == 1) { smp_mb__after_atomic(); kfree(p); } }
