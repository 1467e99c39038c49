/* counter: complaints */
static atomic_t complaints = ATOMIC_INIT(0);

void complain(const char *what)
{
	if (atomic_inc_return(&complaints) == 1) /* evidence */
		pr_warn("odd: %s\n", what);
}
