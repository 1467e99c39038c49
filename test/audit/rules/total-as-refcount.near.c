/* counter: meter.faults */
struct meter {
	refcount_t faults;
};

void meter_init(struct meter *m)
{
	refcount_set(&m->faults, 1);
}

void meter_get(struct meter *m)
{
	refcount_inc(&m->faults);
}

void meter_put(struct meter *m)
{
	if (refcount_dec_and_test(&m->faults))
		kfree(m);
}

void meter_show(struct seq_file *s, struct meter *m)
{
	seq_printf(s, "%u\n", refcount_read(&m->faults));
}
