/* counter: card.turn */
struct card {
	atomic_t turn;
};

int card_queue(struct card *c)
{
	atomic_inc(&c->turn);
	return 0;
}

void card_close(struct card *c)
{
	atomic_dec(&c->turn);
}
