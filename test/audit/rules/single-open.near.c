/* counter: panel_users */
static atomic_t panel_users = ATOMIC_INIT(1);

void panel_open(void)
{
	atomic_inc(&panel_users);
}

void panel_close(void)
{
	if (!atomic_dec_and_test(&panel_users))
		return;
	panel_off();
}
