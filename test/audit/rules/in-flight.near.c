/* counter: secrets */
static atomic_t secrets;

void secret_open(void)
{
	atomic_inc(&secrets);
}

void secret_close(void)
{
	atomic_dec(&secrets);
}
