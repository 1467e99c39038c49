/* counter: inflight_ok.busy; verdict: sound */
struct inflight_ok { refcount_t busy; wait_queue_head_t wq; };
void inflight_ok_init(struct inflight_ok *q) { refcount_set(&q->busy, 1); init_waitqueue_head(&q->wq); }
void inflight_ok_submit(struct inflight_ok *q) { refcount_inc(&q->busy); hw_kick(q); }
void inflight_ok_done(struct inflight_ok *q) { refcount_dec(&q->busy); wake_up(&q->wq); }
void inflight_ok_drain(struct inflight_ok *q) { wait_event(q->wq, refcount_read(&q->busy) == 1); }
