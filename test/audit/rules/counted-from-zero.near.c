/* counter: table.count */
struct table {
	struct list_head list;
	atomic_t count;
};

struct table *table_new(struct list_head *all)
{
	struct table *t = kmalloc(sizeof(*t), GFP_KERNEL);

	atomic_set(&t->count, 0);
	list_add(&t->list, all);
	return t;
}

void table_use(struct table *t)
{
	atomic_inc(&t->count);
}

void table_close(struct table *t)
{
	if (atomic_dec_and_test(&t->count)) {
		list_del(&t->list);
		kfree(t);
	}
}
