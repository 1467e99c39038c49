/* counter: cpus_to_answer */
static atomic_t cpus_to_answer;

void cpu_answer(void)
{
	atomic_dec(&cpus_to_answer); /* evidence */
}

void cpus_ask(int nr)
{
	atomic_set(&cpus_to_answer, nr); /* evidence */
	cpus_poke();
	while (atomic_read(&cpus_to_answer) > 0) /* evidence */
		udelay(1);
}
