/* counter: shell.refs */
struct shell {
	atomic_t refs;
};

struct shell *shell_new(void)
{
	struct shell *s = kzalloc(sizeof(*s), GFP_KERNEL);

	atomic_set(&s->refs, 1);
	return s;
}
