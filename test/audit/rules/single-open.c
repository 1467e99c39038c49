/* counter: panel_free */
static atomic_t panel_free = ATOMIC_INIT(1);

int panel_open(void)
{
	if (!atomic_dec_and_test(&panel_free)) { /* evidence */
		atomic_inc(&panel_free); /* evidence */
		return -EBUSY;
	}
	return 0;
}

void panel_close(void)
{
	atomic_inc(&panel_free); /* evidence */
}
