/* counter: linkst.up; verdict: sound */
struct linkst { refcount_t up; };
int linkst_enable(struct linkst *l)
{
	if (refcount_read(&l->up)) {
		refcount_inc(&l->up);
		return 0;
	}
	linkst_hw_on(l);
	refcount_set(&l->up, 1);
	return 0;
}
int linkst_disable(struct linkst *l)
{
	if (!refcount_dec_and_test(&l->up))
		return 0;
	linkst_hw_off(l);
	return 0;
}
