/* counter: link_stats.crc_errors */
struct link_stats {
	atomic_t crc_errors;
};

void link_bad(struct link_stats *s)
{
	atomic_inc(&s->crc_errors); /* evidence */
}
