/* counter: cowpage.refs; verdict: sound */
struct cowpage { refcount_t refs; char d[64]; };
struct cowpage *cowpage_new(void) { struct cowpage *c = kmalloc(sizeof(*c), GFP_KERNEL); if (c) refcount_set(&c->refs, 1); return c; }
void cowpage_get(struct cowpage *c) { refcount_inc(&c->refs); }
void cowpage_put(struct cowpage *c) { if (refcount_dec_and_test(&c->refs)) kfree(c); }
struct cowpage *cowpage_unshare(struct cowpage *c)
{
	struct cowpage *n;
	if (refcount_read(&c->refs) > 1) {
		n = cowpage_raw();
		memcpy(n, c, sizeof(*n));
		refcount_set(&n->refs, 1);
		cowpage_put(c);
		return n;
	}
	return c;
}
