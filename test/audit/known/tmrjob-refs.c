/* counter: tmrjob.refs; verdict: sound */
struct tmrjob { refcount_t refs; struct timer_list timer; };
struct tmrjob *tmrjob_new(void) { struct tmrjob *t = kzalloc(sizeof(*t), GFP_KERNEL); refcount_set(&t->refs, 1); return t; }
void tmrjob_put(struct tmrjob *t) { if (refcount_dec_and_test(&t->refs)) kfree(t); }
void tmrjob_arm(struct tmrjob *t)
{
	refcount_inc(&t->refs);
	if (mod_timer(&t->timer, jiffies + HZ))
		refcount_dec(&t->refs);
}
void tmrjob_disarm(struct tmrjob *t)
{
	if (del_timer(&t->timer))
		refcount_dec(&t->refs);
	WARN_ON(refcount_read(&t->refs) == 0);
}
bool tmrjob_idle(struct tmrjob *t) { return refcount_read(&t->refs) == 1; }
