/* counter: pipe.access */
struct pipe {
	atomic_t access;
};

int pipe_enter(struct pipe *p)
{
	if (!atomic_inc_not_zero(&p->access))
		return -EBUSY;
	return 0;
}

void pipe_leave(struct pipe *p)
{
	atomic_dec(&p->access);
}
