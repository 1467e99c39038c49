/* counter: ticket_numbers */
static atomic_t ticket_numbers;

void ticket_number(struct ticket *t)
{
	atomic_inc(&ticket_numbers);
}

void ticket_show(struct seq_file *m)
{
	seq_printf(m, "%d\n", atomic_read(&ticket_numbers));
}
