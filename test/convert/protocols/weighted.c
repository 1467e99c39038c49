/* A buffer's account: each packet charges two units, and the socket itself one. Who gives the last unit back frees it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct account {
	atomic_t units;
};

static DEFINE_SPINLOCK(socket_lock);

static bool account_charge(struct account *account)
{
	bool is_open;

	spin_lock(&socket_lock);
	is_open = refuzz_linked() == REFUZZ_LIVE;
	if (is_open)
		atomic_add(2, &account->units);
	spin_unlock(&socket_lock);
	return is_open;
}

static void account_uncharge(struct account *account)
{
	if (atomic_sub_and_test(2, &account->units))
		kfree(account);
}

static bool account_close(struct account *account)
{
	bool is_open;

	spin_lock(&socket_lock);
	is_open = refuzz_linked() == REFUZZ_LIVE;
	if (is_open)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&socket_lock);
	if (is_open && atomic_dec_and_test(&account->units))
		kfree(account);
	return is_open;
}

REFUZZ_SCHEME(struct account, units);

REFUZZ_STATE(empty, .count = 1, .live = true);
REFUZZ_STATE(charged, .count = 3, .live = true, .holders = 1);

REFUZZ_GET(charge) { return account_charge(object); }
REFUZZ_PUT(uncharge) { account_uncharge(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(close) { return account_close(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }
