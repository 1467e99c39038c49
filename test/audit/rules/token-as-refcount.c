/* counter: burner_free */
static refcount_t burner_free = REFCOUNT_INIT(1);

int burner_open(void)
{
	if (!refcount_dec_and_test(&burner_free)) { /* evidence */
		refcount_inc(&burner_free); /* evidence */
		return -EBUSY;
	}
	return 0;
}

void burner_close(void)
{
	refcount_inc(&burner_free); /* evidence */
}
