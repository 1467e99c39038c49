/* counter: sockgrp.sk_ref; verdict: sound */
struct sockgrp { refcount_t sk_ref; unsigned int max_members; };
static struct sockgrp *sockgrp_release(struct sockgrp *g)
{
	if (refcount_dec_and_test(&g->sk_ref))
		list_del(&g->list);
	else
		g = NULL;
	return g;
}
struct sockgrp *sockgrp_new(void) { struct sockgrp *g = kvzalloc(sizeof(*g), GFP_KERNEL); refcount_set(&g->sk_ref, 1); return g; }
int sockgrp_add(struct sockgrp *g)
{
	int err = -ENOSPC;
	spin_lock(&g_lock);
	if (refcount_read(&g->sk_ref) < g->max_members) {
		refcount_set(&g->sk_ref, refcount_read(&g->sk_ref) + 1);
		err = 0;
	}
	spin_unlock(&g_lock);
	return err;
}
