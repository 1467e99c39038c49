/* counter: lane.credits */
struct lane {
	atomic_t credits;
};

int lane_send(struct lane *l)
{
	if (atomic_dec_return(&l->credits) < 0) { /* evidence */
		atomic_inc(&l->credits);
		return -EAGAIN;
	}
	return lane_post(l);
}

void lane_sent(struct lane *l)
{
	atomic_inc(&l->credits);
}
