/* counter: page_half.users */
struct page_half {
	atomic_t users;
};

void half_take_payload(struct page_half *h)
{
	atomic_add(1 << PAYLOAD_SHIFT, &h->users); /* evidence */
}

void half_get(struct page_half *h)
{
	atomic_inc(&h->users);
}

void half_put(struct page_half *h)
{
	if (atomic_dec_and_test(&h->users))
		kfree(h);
}
