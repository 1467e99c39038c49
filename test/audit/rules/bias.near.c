/* counter: power.wakes */
struct power {
	atomic_t wakes;
};

void power_charge(struct power *p, int units)
{
	atomic_add(units, &p->wakes);
}

void power_drain(struct power *p, int units)
{
	atomic_sub(units, &p->wakes);
}
