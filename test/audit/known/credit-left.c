/* counter: credit.left; verdict: misuse */
/* tokens: starts at N, taken by dec, given by inc */
struct credit { refcount_t left; };
void credit_init(struct credit *c) { refcount_set(&c->left, 16); }
int credit_take(struct credit *c)
{
	if (refcount_read(&c->left) == 0)
		return -EAGAIN;
	refcount_dec(&c->left);
	return 0;
}
void credit_give(struct credit *c) { refcount_inc(&c->left); }
