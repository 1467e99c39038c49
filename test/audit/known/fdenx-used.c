/* counter: fdenx.used; verdict: sound */
struct fdenx { refcount_t used; struct mutex l; };
int fdenx_open(struct fdenx *f)
{
	mutex_lock(&f->l);
	if (!refcount_read(&f->used))
		refcount_set(&f->used, 1);
	else
		refcount_inc(&f->used);
	mutex_unlock(&f->l);
	return 0;
}
void fdenx_close(struct fdenx *f) { mutex_lock(&f->l); if (refcount_dec_and_test(&f->used)) hw_down(f); mutex_unlock(&f->l); }
