/* counter: nicq_port.bad_frames; verdict: misuse */
struct nicq_port { refcount_t bad_frames; };
void nicq_port_init(struct nicq_port *p) { refcount_set(&p->bad_frames, 1); }
void nicq_rx(struct nicq_port *p, struct sk_buff *skb)
{
	if (skb->len < 60)
		refcount_inc(&p->bad_frames);
}
static int nicq_show(struct seq_file *m, void *v)
{
	struct nicq_port *p = m->private;
	seq_printf(m, "bad: %u\n", refcount_read(&p->bad_frames) - 1);
	return 0;
}
