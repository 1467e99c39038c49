/* counter: ateardown.users; verdict: with-care|with-a-change|no */
struct ateardown { atomic_t users; };
struct ateardown *ateardown_new(void) { struct ateardown *a = kzalloc(sizeof(*a), GFP_KERNEL); return a; }
int ateardown_open(struct ateardown *a) { if (atomic_inc_return(&a->users) == 1) return ateardown_hw(a); return 0; }
void ateardown_close(struct ateardown *a) { if (atomic_dec_and_test(&a->users)) ateardown_hw_off(a); }
int ateardown_remove(struct ateardown *a) { if (atomic_read(&a->users)) return -EBUSY; kfree(a); return 0; }
