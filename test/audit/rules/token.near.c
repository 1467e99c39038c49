/* counter: lane.credits */
struct lane {
	atomic_t credits;
};

void lane_put(struct lane *l)
{
	if (atomic_dec_return(&l->credits) < 0)
		kfree(l);
}

void lane_get(struct lane *l)
{
	atomic_inc(&l->credits);
}
