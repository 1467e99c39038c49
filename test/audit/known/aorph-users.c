/* counter: aorph.users; verdict: misuse */
/* a converted kfifo: put by dec and test of read in another function */
struct aorph { refcount_t users; struct list_head l; };
struct aorph *aorph_new(void) { struct aorph *a = kzalloc(sizeof(*a), GFP_KERNEL); refcount_set(&a->users, 1); return a; }
void aorph_get(struct aorph *a) { refcount_inc(&a->users); }
void aorph_put(struct aorph *a) { refcount_dec(&a->users); }
void aorph_gc(void)
{
	struct aorph *a, *t;
	list_for_each_entry_safe(a, t, &aorphs, l) {
		if (refcount_read(&a->users))
			continue;
		list_del(&a->l);
		kfree(a);
	}
}
