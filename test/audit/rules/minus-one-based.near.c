/* counter: mailbox.letters */
struct mailbox {
	atomic_t letters;
};

void mailbox_make(struct mailbox *m)
{
	atomic_set(&m->letters, 0);
}

void mailbox_put(struct mailbox *m)
{
	if (atomic_inc_return(&m->letters) == 1)
		mailbox_wake(m);
}

void mailbox_take(struct mailbox *m)
{
	atomic_dec(&m->letters);
}
