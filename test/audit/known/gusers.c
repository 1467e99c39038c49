/* counter: gusers; verdict: sound */
static refcount_t gusers;
static DEFINE_MUTEX(gusers_lock);
int gusers_open(void)
{
	mutex_lock(&gusers_lock);
	if (!refcount_inc_not_zero(&gusers)) {
		gusers_setup();
		refcount_set(&gusers, 1);
	}
	mutex_unlock(&gusers_lock);
	return 0;
}
void gusers_close(void)
{
	if (refcount_dec_and_mutex_lock(&gusers, &gusers_lock)) {
		gusers_teardown();
		mutex_unlock(&gusers_lock);
	}
}
