/* counter: secrets */
static atomic_t secrets;

void secret_open(void)
{
	atomic_inc(&secrets); /* evidence */
}

void secret_close(void)
{
	atomic_dec(&secrets); /* evidence */
}

bool secret_is_used(void)
{
	return atomic_read(&secrets) != 0; /* evidence */
}
