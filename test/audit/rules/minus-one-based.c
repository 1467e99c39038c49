/* counter: mailbox.letters */
struct mailbox {
	atomic_t letters;
};

void mailbox_make(struct mailbox *m)
{
	atomic_set(&m->letters, -1); /* evidence */
}

void mailbox_put(struct mailbox *m)
{
	if (atomic_inc_and_test(&m->letters)) /* evidence */
		mailbox_wake(m);
}

void mailbox_empty(struct mailbox *m)
{
	while (!atomic_add_negative(-1, &m->letters)) /* evidence */
		mailbox_read(m);
}
