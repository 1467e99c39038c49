/* counter: oneuser.avail; verdict: misuse */
struct oneuser { refcount_t avail; };
int oneuser_probe(struct oneuser *o) { refcount_set(&o->avail, 1); return 0; }
int oneuser_open(struct oneuser *o)
{
	if (!refcount_dec_and_test(&o->avail)) {
		refcount_inc(&o->avail);
		return -EBUSY;
	}
	return 0;
}
void oneuser_close(struct oneuser *o) { refcount_inc(&o->avail); }
