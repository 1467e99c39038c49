/* counter: pool.users */
struct pool {
	atomic_t users;
};

void pool_use(struct pool *p)
{
	atomic_inc(&p->users);
}

void pool_unuse(struct pool *p)
{
	atomic_dec(&p->users);
}

int pool_resize(struct pool *p)
{
	if (atomic_read(&p->users))
		return -EBUSY;
	p->size *= 2;
	return 0;
}
