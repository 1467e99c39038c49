/* counter: slot.busy */
struct slot {
	atomic_t busy;
};

void slot_use(struct slot *s)
{
	atomic_inc(&s->busy);
}

void slot_unuse(struct slot *s)
{
	atomic_dec(&s->busy);
}

int slot_is_busy(struct slot *s)
{
	return atomic_read(&s->busy) != 0;
}
