/* counter: stop_allowed */
static atomic_t stop_allowed = ATOMIC_INIT(1); /* evidence */

void stop_all(void)
{
	if (!atomic_dec_and_test(&stop_allowed)) /* evidence */
		return;
	machine_stop();
}
