struct mug {
	struct list_head shelf;
	/* Who drinks from it. */
	atomic_t users;
	int size;
	int washed;
	char *label;
	struct mug_colour colour;
};
