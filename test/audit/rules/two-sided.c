/* counter: pipe.access */
struct pipe {
	atomic_t access;
};

int pipe_enter(struct pipe *p)
{
	if (!atomic_inc_unless_negative(&p->access)) /* evidence */
		return -EBUSY;
	return 0;
}

void pipe_leave(struct pipe *p)
{
	atomic_dec(&p->access);
}

int pipe_block(struct pipe *p)
{
	return atomic_dec_unless_positive(&p->access) ? 0 : -EBUSY; /* evidence */
}
