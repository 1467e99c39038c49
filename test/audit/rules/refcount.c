/* counter: parcel.ref */
struct parcel {
	struct kref ref;
};

static void parcel_release(struct kref *ref)
{
	kfree(container_of(ref, struct parcel, ref));
}

struct parcel *parcel_new(void)
{
	struct parcel *p = kzalloc(sizeof(*p), GFP_KERNEL);

	kref_init(&p->ref); /* evidence */
	return p;
}

void parcel_get(struct parcel *p)
{
	kref_get(&p->ref); /* evidence */
}

void parcel_put(struct parcel *p)
{
	kref_put(&p->ref, parcel_release); /* evidence */
}
