/* counter: lockat.refs; verdict: as-is */
struct lockat { atomic_t refs; struct hlist_node n; };
struct lockat *lockat_new(void) { struct lockat *p = kzalloc(sizeof(*p), GFP_KERNEL); if (!p) return NULL; atomic_set(&p->refs, 1); hlist_add_head(&p->n, &lockat_list); return p; }
struct lockat *lockat_find(int k)
{
	struct lockat *p;
	hlist_for_each_entry_rcu(p, &lockat_list, n)
		if (p->k == k && atomic_add_unless(&p->refs, 1, 0))
			return p;
	return NULL;
}
void lockat_put(struct lockat *p)
{
	if (atomic_dec_and_lock(&p->refs, &lockat_lock)) {
		hlist_del_rcu(&p->n);
		spin_unlock(&lockat_lock);
		kfree_rcu(p, rcu);
	}
}
