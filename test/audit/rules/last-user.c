/* counter: crowd.live */
struct crowd {
	atomic_t live;
};

void crowd_init(struct crowd *c)
{
	atomic_set(&c->live, 1); /* evidence */
}

void crowd_join(struct crowd *c)
{
	atomic_inc(&c->live); /* evidence */
}

void crowd_leave(struct crowd *c)
{
	if (atomic_dec_and_test(&c->live)) /* evidence */
		crowd_account(c);
}
