/* counter: shell.refs */
struct shell {
	atomic_t refs;
};

void shell_get(struct shell *s)
{
	atomic_inc(&s->refs);
}

void shell_show(struct seq_file *m, struct shell *s)
{
	seq_printf(m, "%d\n", atomic_read(&s->refs));
}
