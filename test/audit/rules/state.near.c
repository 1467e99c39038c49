/* counter: modem.state */
struct modem {
	atomic_t state;
};

void modem_dial(struct modem *m)
{
	if (atomic_cmpxchg(&m->state, 0, 1) == 0)
		modem_send(m);
}

void modem_use(struct modem *m)
{
	atomic_inc(&m->state);
}
