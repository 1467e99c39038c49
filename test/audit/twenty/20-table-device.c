/* counter: mapped_table.count; verdict: with-a-change; rule: counted-from-zero */
struct mapped_table {
	struct list_head list;
	atomic_t count;
};

int table_device_get(struct list_head *all, dev_t dev, struct mapped_table **out)
{
	struct mapped_table *t;

	mutex_lock(&tables_lock);
	t = table_find(all, dev);
	if (!t) {
		t = kmalloc_node(sizeof(*t), GFP_KERNEL, NUMA_NO_NODE);
		if (!t) {
			mutex_unlock(&tables_lock);
			return -ENOMEM;
		}
		atomic_set(&t->count, 0); /* evidence */
		list_add(&t->list, all);
	}
	atomic_inc(&t->count); /* evidence */
	mutex_unlock(&tables_lock);
	*out = t;
	return 0;
}

void table_device_put(struct mapped_table *t)
{
	mutex_lock(&tables_lock);
	if (atomic_dec_and_test(&t->count)) { /* evidence */
		list_del(&t->list);
		kfree(t);
	}
	mutex_unlock(&tables_lock);
}
