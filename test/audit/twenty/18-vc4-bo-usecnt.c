/* counter: gpu_buffer.usecnt; verdict: sound; rule: idle-refcount */
struct gpu_buffer {
	refcount_t usecnt;
	struct mutex madv_lock;
};

struct gpu_buffer *gpu_buffer_new(void)
{
	struct gpu_buffer *b = kzalloc(sizeof(*b), GFP_KERNEL);

	refcount_set(&b->usecnt, 0); /* evidence */
	return b;
}

int gpu_buffer_use(struct gpu_buffer *b)
{
	if (refcount_inc_not_zero(&b->usecnt)) /* evidence */
		return 0;

	mutex_lock(&b->madv_lock);
	switch (b->madv) {
	case MADV_NEEDED:
		if (!refcount_inc_not_zero(&b->usecnt)) /* evidence */
			refcount_set(&b->usecnt, 1); /* evidence */
		break;
	}
	mutex_unlock(&b->madv_lock);
	return 0;
}

void gpu_buffer_unuse(struct gpu_buffer *b)
{
	if (refcount_dec_not_one(&b->usecnt))
		return;
	mutex_lock(&b->madv_lock);
	if (refcount_dec_and_test(&b->usecnt) && b->madv == MADV_NOT_NEEDED)
		gpu_buffer_purgeable(b);
	mutex_unlock(&b->madv_lock);
}
