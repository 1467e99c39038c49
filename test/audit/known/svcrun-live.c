/* counter: svcrun.live; verdict: sound */
struct svcrun { refcount_t live; struct completion c; };
int svcrun_start(struct svcrun *s) { init_completion(&s->c); refcount_set(&s->live, 1); return 0; }
int svcrun_enter(struct svcrun *s) { return refcount_inc_not_zero(&s->live) ? 0 : -ESHUTDOWN; }
void svcrun_leave(struct svcrun *s) { if (refcount_dec_and_test(&s->live)) complete(&s->c); }
void svcrun_stop(struct svcrun *s)
{
	if (!refcount_dec_and_test(&s->live))
		wait_for_completion(&s->c);
}
