/* counter: multipart.left; verdict: sound */
struct multipart { refcount_t left; struct completion done; };
void multipart_start(struct multipart *m, int n) { refcount_set(&m->left, n); multipart_kick(m, n); }
void multipart_part_done(struct multipart *m) { if (refcount_dec_and_test(&m->left)) complete(&m->done); }
