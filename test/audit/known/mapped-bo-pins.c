/* counter: mapped_bo.pins; verdict: sound */
struct mapped_bo { refcount_t pins; struct mutex lock; };
int mapped_bo_pin(struct mapped_bo *b)
{
	int ret = 0;
	if (refcount_inc_not_zero(&b->pins))
		return 0;
	mutex_lock(&b->lock);
	if (!refcount_inc_not_zero(&b->pins)) {
		ret = mapped_bo_populate(b);
		if (!ret)
			refcount_set(&b->pins, 1);
	}
	mutex_unlock(&b->lock);
	return ret;
}
void mapped_bo_dup(struct mapped_bo *b) { refcount_inc(&b->pins); }
void mapped_bo_unpin(struct mapped_bo *b)
{
	if (refcount_dec_and_mutex_lock(&b->pins, &b->lock)) {
		mapped_bo_drop(b);
		mutex_unlock(&b->lock);
	}
}
