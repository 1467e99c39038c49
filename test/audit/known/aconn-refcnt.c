/* counter: aconn.refcnt; verdict: as-is|with-care */
struct aconn { atomic_t refcnt; struct work_struct free_work; };
struct aconn *aconn_new(void) { struct aconn *a = kzalloc(sizeof(*a), GFP_KERNEL); atomic_set(&a->refcnt, 1); INIT_WORK(&a->free_work, aconn_free_work); return a; }
static void aconn_free_work(struct work_struct *w) { kfree(container_of(w, struct aconn, free_work)); }
void aconn_get(struct aconn *a) { atomic_inc(&a->refcnt); }
void aconn_put(struct aconn *a) { if (atomic_dec_return(&a->refcnt) == 0) schedule_work(&a->free_work); }
