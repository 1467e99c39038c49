/* counter: svc_sess.ref; verdict: misuse */
struct svc_sess { struct kref ref; };
static void svc_sess_free(struct kref *k) { kfree(container_of(k, struct svc_sess, ref)); }
struct svc_sess *svc_sess_new(void) { struct svc_sess *s = kzalloc(sizeof(*s), GFP_KERNEL); kref_init(&s->ref); return s; }
void svc_sess_put(struct svc_sess *s)
{
	if (!kref_read(&s->ref))
		kref_get(&s->ref);
	kref_put(&s->ref, svc_sess_free);
}
