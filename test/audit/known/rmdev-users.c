/* counter: rmdev.users; verdict: sound */
struct rmdev { refcount_t users; };
int rmdev_add(struct rmdev *d) { refcount_set(&d->users, 1); return 0; }
int rmdev_open(struct rmdev *d) { if (!refcount_inc_not_zero(&d->users)) return -ENODEV; return 0; }
void rmdev_close(struct rmdev *d) { refcount_dec(&d->users); }
int rmdev_remove(struct rmdev *d)
{
	if (!refcount_dec_if_one(&d->users))
		return -EBUSY;
	if (rmdev_halt(d)) {
		refcount_set(&d->users, 1);
		return -EIO;
	}
	kfree(d);
	return 0;
}
