/* counter: kfunctest.cnt; verdict: sound */
struct kfunctest {
	int value;
	refcount_t cnt;
};

static struct kfunctest kfunctest_only = {
	.value = 42,
	.cnt = REFCOUNT_INIT(1),
};

struct kfunctest *kfunctest_acquire(void)
{
	refcount_inc(&kfunctest_only.cnt);
	return &kfunctest_only;
}

void kfunctest_release(struct kfunctest *p)
{
	if (!p)
		return;
	refcount_dec(&p->cnt);
}
