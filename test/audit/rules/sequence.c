/* counter: ticket_numbers */
static atomic_t ticket_numbers;

void ticket_number(struct ticket *t)
{
	t->number = atomic_inc_return(&ticket_numbers); /* evidence */
}
