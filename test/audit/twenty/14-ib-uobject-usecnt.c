/* counter: user_object.usecnt; verdict: no; rule: rw-lock */
struct user_object {
	atomic_t usecnt;
};

static int object_try_lock(struct user_object *o, int mode)
{
	switch (mode) {
	case LOOKUP_READ:
		return atomic_fetch_add_unless(&o->usecnt, 1, -1) == -1 ? /* evidence */
			-EBUSY : 0;
	case LOOKUP_WRITE:
		return atomic_cmpxchg(&o->usecnt, 0, -1) == 0 ? 0 : -EBUSY; /* evidence */
	}
	return 0;
}

static void object_unlock(struct user_object *o, int mode)
{
	switch (mode) {
	case LOOKUP_READ:
		atomic_dec(&o->usecnt);
		break;
	case LOOKUP_WRITE:
		atomic_set(&o->usecnt, 0); /* evidence */
		break;
	}
}

struct user_object *object_alloc(void)
{
	struct user_object *o = kzalloc(sizeof(*o), GFP_KERNEL);

	atomic_set(&o->usecnt, -1); /* evidence */
	return o;
}
