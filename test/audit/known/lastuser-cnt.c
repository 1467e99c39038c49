/* counter: lastuser.cnt; verdict: sound */
struct lastuser { refcount_t cnt; };
void lastuser_boot(struct lastuser *l) { refcount_set(&l->cnt, 1); }
void lastuser_in(struct lastuser *l) { refcount_inc(&l->cnt); }
bool lastuser_out(struct lastuser *l) { return refcount_dec_and_test(&l->cnt); }
int lastuser_try_off(struct lastuser *l)
{
	if (refcount_read(&l->cnt) > 1)
		return -EBUSY;
	lastuser_halt(l);
	return 0;
}
