/* counter: inflight_q.busy; verdict: misuse */
struct inflight_q { refcount_t busy; wait_queue_head_t wq; };
void inflight_q_init(struct inflight_q *q) { refcount_set(&q->busy, 0); init_waitqueue_head(&q->wq); }
void inflight_submit(struct inflight_q *q) { refcount_inc(&q->busy); hw_kick(q); }
void inflight_done(struct inflight_q *q) { if (refcount_dec_and_test(&q->busy)) wake_up(&q->wq); }
void inflight_drain(struct inflight_q *q) { wait_event(q->wq, refcount_read(&q->busy) == 0); }
