/* counter: tnl_ctx.users; verdict: misuse */
struct tnl_ctx { refcount_t users; struct list_head l; };
static void tnl_ctx_setup(struct tnl_ctx *t) { refcount_set(&t->users, 0); INIT_LIST_HEAD(&t->l); }
static void tnl_hold(struct tnl_ctx *t) { refcount_inc(&t->users); }
struct tnl_ctx *tnl_new(void)
{
	struct tnl_ctx *t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return NULL;
	tnl_ctx_setup(t);
	tnl_hold(t);
	return t;
}
void tnl_drop(struct tnl_ctx *t)
{
	if (refcount_dec_and_test(&t->users))
		kfree(t);
}
