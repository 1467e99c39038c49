/* counter: stop_allowed */
static atomic_t stop_allowed = ATOMIC_INIT(3);

void stop_all(void)
{
	if (!atomic_dec_and_test(&stop_allowed))
		return;
	machine_stop();
}
