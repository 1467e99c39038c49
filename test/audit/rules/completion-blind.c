/* counter: farm.servers */
struct farm {
	atomic_t servers;
};

void farm_init(struct farm *f)
{
	atomic_set(&f->servers, 1); /* evidence */
}

void farm_add(struct farm *f)
{
	atomic_inc(&f->servers);
}

void farm_drop(struct farm *f)
{
	if (atomic_dec_and_test(&f->servers)) /* evidence */
		wake_up_var(&f->servers);
}

void farm_exit(struct farm *f)
{
	atomic_dec(&f->servers); /* evidence */
	wait_var_event(&f->servers, !atomic_read(&f->servers)); /* evidence */
}
