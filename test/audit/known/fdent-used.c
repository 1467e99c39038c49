/* counter: fdent.used; verdict: sound */
struct fdent { refcount_t used; struct mutex l; };
static int fdent_first(struct fdent *f) { refcount_set(&f->used, 1); return hw_up(f); }
int fdent_open(struct fdent *f)
{
	int ret = 0;
	mutex_lock(&f->l);
	if (!refcount_read(&f->used))
		ret = fdent_first(f);
	else
		refcount_inc(&f->used);
	mutex_unlock(&f->l);
	return ret;
}
void fdent_close(struct fdent *f) { mutex_lock(&f->l); if (refcount_dec_and_test(&f->used)) hw_down(f); mutex_unlock(&f->l); }
