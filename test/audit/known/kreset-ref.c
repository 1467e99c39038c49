/* counter: kreset.ref; verdict: misuse */
struct kreset { struct kref ref; };
static void kreset_release(struct kref *k) { kfree(container_of(k, struct kreset, ref)); }
struct kreset *kreset_new(void) { struct kreset *s = kzalloc(sizeof(*s), GFP_KERNEL); kref_init(&s->ref); return s; }
void kreset_get(struct kreset *s) { kref_get(&s->ref); }
void kreset_put(struct kreset *s) { kref_put(&s->ref, kreset_release); }
void kreset_recover(struct kreset *s)
{
	if (kref_read(&s->ref) > 1)
		kref_init(&s->ref);
}
