/* counter: fanoutg.refs; verdict: sound */
#define FANOUTG_MAX 256
struct fanoutg { refcount_t refs; };
struct fanoutg *fanoutg_new(void) { struct fanoutg *g = kzalloc(sizeof(*g), GFP_KERNEL); refcount_set(&g->refs, 1); return g; }
int fanoutg_join(struct fanoutg *g)
{
	int err = 0;

	mutex_lock(&fanoutg_lock);
	if (refcount_read(&g->refs) >= FANOUTG_MAX) {
		err = -ENOSPC;
		goto out;
	}
	refcount_inc(&g->refs);
out:
	mutex_unlock(&fanoutg_lock);
	return err;
}
void fanoutg_leave(struct fanoutg *g) { if (refcount_dec_and_test(&g->refs)) { list_del(&g->l); kvfree(g); } }
