/* counter: disk.domains */
struct disk {
	atomic_t domains;
};

int disk_take(struct disk *d)
{
	if (atomic_inc_return(&d->domains) > DISK_DOMAINS) { /* evidence */
		atomic_dec(&d->domains); /* evidence */
		return -ENOSPC;
	}
	return 0;
}

void disk_give(struct disk *d)
{
	atomic_dec(&d->domains); /* evidence */
}
