/* counter: burner_users */
static refcount_t burner_users = REFCOUNT_INIT(1);

void burner_open(void)
{
	refcount_inc(&burner_users);
}

void burner_close(void)
{
	if (!refcount_dec_and_test(&burner_users))
		return;
	burner_off();
}
