/* counter: name.ref */
struct name {
	struct kref ref;
};

void name_get(struct name *n)
{
	kref_get(&n->ref);
}
