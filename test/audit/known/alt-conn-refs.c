/* counter: alt_conn.refs; verdict: sound */
/* lookup refused -> make another one under the same name */
struct alt_conn { refcount_t refs; };
static void alt_conn_setup(struct alt_conn *c) { refcount_set(&c->refs, 1); }
struct alt_conn *alt_conn_get(struct alt_conn *c)
{
	if (refcount_inc_not_zero(&c->refs))
		return c;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	alt_conn_setup(c);
	refcount_inc(&c->refs);
	return c;
}
void alt_conn_put(struct alt_conn *c) { if (refcount_dec_and_test(&c->refs)) kfree(c); }
