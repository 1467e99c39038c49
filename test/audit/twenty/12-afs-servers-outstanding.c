/* counter: cell_net.outstanding; verdict: with-a-change; rule: completion-blind */
struct cell_net {
	atomic_t outstanding;
};

static inline void outstanding_inc(struct cell_net *net)
{
	atomic_inc(&net->outstanding);
}

static inline void outstanding_dec(struct cell_net *net)
{
	if (atomic_dec_and_test(&net->outstanding)) /* evidence */
		wake_up_var(&net->outstanding);
}

int cell_net_init(struct cell_net *net)
{
	atomic_set(&net->outstanding, 1); /* evidence */
	return 0;
}

void cell_net_purge(struct cell_net *net)
{
	servers_purge(net);
	atomic_dec(&net->outstanding); /* evidence */
	wait_var_event(&net->outstanding,
		       !atomic_read(&net->outstanding)); /* evidence */
}
