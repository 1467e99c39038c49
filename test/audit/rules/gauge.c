/* counter: pages_mapped */
static atomic_t pages_mapped;

void page_map(void)
{
	atomic_inc(&pages_mapped); /* evidence */
}

void page_unmap(void)
{
	atomic_dec(&pages_mapped); /* evidence */
}
