/* counter: disk.domains */
struct disk {
	atomic_t domains;
};

void disk_take(struct disk *d)
{
	WARN_ON(atomic_inc_return(&d->domains) > 64);
}

void disk_give(struct disk *d)
{
	atomic_dec(&d->domains);
}

void disk_show(struct seq_file *m, struct disk *d)
{
	seq_printf(m, "%d\n", atomic_read(&d->domains));
}
