/* counter: modref.n; verdict: sound */
/* two-level: 1 is the module's own; stop waits for the last */
struct modref { refcount_t n; wait_queue_head_t wq; };
void modref_init(struct modref *m) { refcount_set(&m->n, 1); init_waitqueue_head(&m->wq); }
bool modref_try(struct modref *m) { return refcount_inc_not_zero(&m->n); }
void modref_done(struct modref *m) { if (refcount_dec_and_test(&m->n)) wake_up(&m->wq); }
void modref_stop(struct modref *m) { modref_done(m); wait_event(m->wq, !refcount_read(&m->n)); }
