/* counter: page_half.users */
struct page_half {
	atomic_t users;
};

void half_get_many(struct page_half *h, int nr)
{
	atomic_add(nr, &h->users);
}

void half_put(struct page_half *h)
{
	if (atomic_dec_and_test(&h->users))
		kfree(h);
}
