/* counter: shell.refs */
struct shell {
	atomic_t refs;
};

void shell_get(struct shell *s)
{
	atomic_inc(&s->refs);
}
