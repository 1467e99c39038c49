/* counter: board.refs */
struct board {
	atomic_t refs[4];
};

struct board *board_new(void)
{
	struct board *b = kzalloc(sizeof(*b), GFP_KERNEL);

	atomic_set(&b->refs[0], 1);
	return b;
}

void board_get(struct board *b, int i)
{
	atomic_inc(&b->refs[i]); /* evidence */
}

void board_put(struct board *b, int i)
{
	if (atomic_dec_and_test(&b->refs[i])) /* evidence */
		kfree(b);
}
