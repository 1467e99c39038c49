/* counter: shrent.refs; verdict: sound */
struct shrent { refcount_t refs; };
struct shrent *shrent_new(void) { struct shrent *s = kzalloc(sizeof(*s), GFP_KERNEL); refcount_set(&s->refs, 1); return s; }
void shrent_touch(struct shrent *s) { refcount_inc(&s->refs); shrent_do(s); refcount_dec(&s->refs); }
unsigned long shrent_scan(struct shrent *s)
{
	if (refcount_read(&s->refs) > 0)
		shrent_age(s);
	if (!refcount_dec_if_one(&s->refs))
		return 0;
	kfree(s);
	return 1;
}
