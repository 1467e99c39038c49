/* counter: pages_mapped */
static atomic_t pages_mapped;

void page_map(void)
{
	atomic_inc(&pages_mapped);
}

void page_unmap(void)
{
	atomic_dec(&pages_mapped);
}

void page_show(struct seq_file *m)
{
	seq_printf(m, "%d\n", atomic_read(&pages_mapped));
}
