/* counter: burner.users */
struct burner {
	refcount_t users;
};

void burner_open(struct burner *b)
{
	refcount_inc(&b->users);
}

int burner_remove(struct burner *b)
{
	if (!refcount_dec_and_test(&b->users))
		return -EBUSY;
	burner_off(b);
	return 0;
}

void burner_make(struct burner *b)
{
	refcount_set(&b->users, 1);
}
