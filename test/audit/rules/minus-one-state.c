/* counter: valve.flows */
struct valve {
	atomic_t flows;
};

void valve_open(struct valve *v)
{
	atomic_inc(&v->flows);
}

void valve_close(struct valve *v)
{
	atomic_dec(&v->flows);
}

int valve_freeze(struct valve *v)
{
	return atomic_cmpxchg(&v->flows, 0, -1) == 0; /* evidence */
}
