/* counter: display_available; verdict: no; rule: single-open */
static atomic_t display_available = ATOMIC_INIT(1);

static int display_open(struct inode *inode, struct file *file)
{
	int ret;

	ret = -EBUSY;
	if (!atomic_dec_and_test(&display_available)) /* evidence */
		goto fail;
	ret = -EPERM;
	if (file->f_mode & FMODE_READ)
		goto fail;
	return nonseekable_open(inode, file);

 fail:
	atomic_inc(&display_available); /* evidence */
	return ret;
}

static int display_release(struct inode *inode, struct file *file)
{
	atomic_inc(&display_available); /* evidence */
	return 0;
}
