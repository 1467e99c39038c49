/* counter: slot.busy */
struct slot {
	atomic_t busy;
};

void slot_use(struct slot *s)
{
	atomic_inc(&s->busy); /* evidence */
}

void slot_unuse(struct slot *s)
{
	atomic_dec(&s->busy); /* evidence */
}

int slot_claim(struct slot *s)
{
	return atomic_cmpxchg(&s->busy, 0, SLOT_CLAIMED) == 0; /* evidence */
}
