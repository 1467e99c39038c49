/* counter: setread.users; verdict: misuse */
struct setread {
	refcount_t users;
};

struct setread *setread_new(void)
{
	struct setread *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (s)
		refcount_set(&s->users, 1);
	return s;
}

/* The only get. */
void setread_get(struct setread *s)
{
	refcount_set(&s->users, refcount_read(&s->users) + 1);
}

void setread_put(struct setread *s)
{
	if (refcount_dec_and_test(&s->users))
		kfree(s);
}
