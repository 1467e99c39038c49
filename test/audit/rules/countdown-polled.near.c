/* counter: cpus_to_answer */
static atomic_t cpus_to_answer;

void cpu_answer(void)
{
	if (atomic_dec_and_test(&cpus_to_answer))
		cpus_all_answered();
}

void cpus_ask(int nr)
{
	atomic_set(&cpus_to_answer, nr);
	cpus_poke();
	while (atomic_read(&cpus_to_answer) > 0)
		udelay(1);
}
