/* counter: kgetpub.ref; verdict: sound */
struct kgetpub { struct kref ref; };
static void kgetpub_release(struct kref *k) { kfree(container_of(k, struct kgetpub, ref)); }
void kgetpub_add(struct kgetpub *k) { kref_init(&k->ref); kref_get(&k->ref); list_add(&k->l, &all); }
void kgetpub_del(struct kgetpub *k) { list_del(&k->l); kref_put(&k->ref, kgetpub_release); if (kref_read(&k->ref) == 1) pr_debug("only owner left\n"); }
void kgetpub_reset(struct kgetpub *k) { memset(k, 0, sizeof(*k)); kref_init(&k->ref); }
