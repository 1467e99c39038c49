/* counter: link.drops */
struct link {
	atomic_t drops;
};

void link_drop(struct link *l)
{
	atomic_inc(&l->drops); /* evidence */
}

void link_show(struct seq_file *m, struct link *l)
{
	seq_printf(m, "%d\n", atomic_read(&l->drops)); /* evidence */
}
