/* counter: rsv_pool.clients; verdict: misuse */
struct rsv_pool { refcount_t clients; unsigned int max_clients; };
int rsv_create(struct rsv_pool *p)
{
	refcount_set(&p->clients, 1);
	return 0;
}
int rsv_attach(struct rsv_pool *p)
{
	if (refcount_read(&p->clients) >= p->max_clients)
		return -EBUSY;
	refcount_inc(&p->clients);
	return 0;
}
void rsv_detach(struct rsv_pool *p)
{
	refcount_dec(&p->clients);
}
