/* counter: crowd.live */
struct crowd {
	atomic_t live;
};

void crowd_init(struct crowd *c)
{
	atomic_set(&c->live, 1);
}

void crowd_join(struct crowd *c)
{
	atomic_inc(&c->live);
}

void crowd_leave(struct crowd *c)
{
	atomic_dec(&c->live);
}

int crowd_size(struct crowd *c)
{
	return atomic_read(&c->live);
}
