/* counter: twogets.refs; verdict: sound */
struct twogets { refcount_t refs; };
struct twogets *twogets_new(void) { struct twogets *t = kzalloc(sizeof(*t), GFP_KERNEL); refcount_set(&t->refs, 1); return t; }
int twogets_start(struct twogets *t)
{
	if (!refcount_inc_not_zero(&t->refs))
		return -ENOENT;
	refcount_inc(&t->refs);
	queue_work(system_wq, &t->work);
	return 0;
}
void twogets_put(struct twogets *t) { if (refcount_dec_and_test(&t->refs)) kfree(t); }
