/* counter: card.turn */
struct card {
	atomic_t turn;
};

int card_queue(struct card *c)
{
	return atomic_inc_return(&c->turn) % QUEUES; /* evidence */
}

void card_close(struct card *c)
{
	atomic_dec(&c->turn); /* evidence */
}
