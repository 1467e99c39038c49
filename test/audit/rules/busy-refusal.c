/* counter: pool.users */
struct pool {
	atomic_t users;
};

void pool_use(struct pool *p)
{
	atomic_inc(&p->users); /* evidence */
}

void pool_unuse(struct pool *p)
{
	atomic_dec(&p->users); /* evidence */
}

int pool_destroy(struct pool *p)
{
	if (atomic_read(&p->users)) /* evidence */
		return -EBUSY;
	kfree(p);
	return 0;
}
