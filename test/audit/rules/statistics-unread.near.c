/* counter: link.openings */
struct link {
	atomic_t openings;
};

void link_open(struct link *l)
{
	atomic_inc(&l->openings);
}
