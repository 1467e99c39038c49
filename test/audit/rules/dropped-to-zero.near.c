/* counter: module_users */
static refcount_t module_users = REFCOUNT_INIT(1);

void module_use(void)
{
	refcount_inc(&module_users);
}

void module_unuse(void)
{
	refcount_dec(&module_users);
}

void module_leave(void)
{
	wait_event(module_idle, refcount_read(&module_users) == 1);
}
