/* counter: adevs; verdict: no */
static atomic_t adevs = ATOMIC_INIT(0);
int adevs_probe(void) { if (atomic_inc_return(&adevs) > 8) { atomic_dec(&adevs); return -ENOSPC; } return 0; }
void adevs_remove(void) { atomic_dec(&adevs); }
