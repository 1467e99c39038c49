/* counter: gpmem.users; verdict: misuse */
/* set to 0 in remove while others may hold; get from 0 */
struct gpmem { refcount_t users; };
int gpmem_probe(struct gpmem *g) { refcount_set(&g->users, 0); return 0; }
int gpmem_open(struct gpmem *g)
{
	if (refcount_read(&g->users) != 0) {
		refcount_inc(&g->users);
		return 0;
	}
	gpmem_on(g);
	refcount_inc(&g->users);
	return 0;
}
void gpmem_close(struct gpmem *g) { if (refcount_dec_and_test(&g->users)) gpmem_off(g); }
