/* counter: board.refs */
struct board {
	atomic_t refs;
};

struct board *board_new(void)
{
	struct board *b = kzalloc(sizeof(*b), GFP_KERNEL);

	atomic_set(&b->refs, 1);
	return b;
}

void board_get(struct board *b)
{
	atomic_inc(&b->refs);
}

void board_put(struct board *b)
{
	if (atomic_dec_and_test(&b->refs))
		kfree(b);
}
