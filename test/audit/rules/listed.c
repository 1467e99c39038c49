/* counter: name.ref */
struct name {
	struct lockref ref;
};

void name_get(struct name *n)
{
	lockref_get(&n->ref);
}
