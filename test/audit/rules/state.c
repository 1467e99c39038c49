/* counter: modem.state */
struct modem {
	atomic_t state;
};

void modem_dial(struct modem *m)
{
	if (atomic_cmpxchg(&m->state, MODEM_IDLE, MODEM_DIALS) == MODEM_IDLE) /* evidence */
		modem_send(m);
}

void modem_hang_up(struct modem *m)
{
	atomic_set(&m->state, MODEM_IDLE); /* evidence */
}
