/* counter: parcel.ref */
struct parcel {
	atomic_t ref;
};

struct parcel *parcel_new(void)
{
	struct parcel *p = kzalloc(sizeof(*p), GFP_KERNEL);

	atomic_set(&p->ref, 1);
	return p;
}

void parcel_get(struct parcel *p)
{
	atomic_inc(&p->ref);
}

void parcel_put(struct parcel *p)
{
	if (atomic_dec_and_test(&p->ref))
		kfree(p);
}
