/* counter: seat.taken; verdict: misuse */
struct seat {
	refcount_t taken;
};

struct seat *seat_new(void)
{
	struct seat *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (s)
		refcount_set(&s->taken, 1);
	return s;
}

int seat_take(struct seat *s)
{
	if (refcount_read(&s->taken) >= 16)
		return -EBUSY;
	refcount_inc(&s->taken);
	return 0;
}

void seat_leave(struct seat *s)
{
	if (refcount_dec_and_test(&s->taken))
		kfree(s);
}
