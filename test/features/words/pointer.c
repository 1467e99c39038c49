/*
 * The structure is one pointer, which who replaces the object takes out with xchg(). TWO_ACCESSES reads it and clears it: two
 * of them both drop the reference that it stood for.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct config { refcount_t refs; struct rcu_head rcu; };

static struct config __rcu *current_config;

static void config_put(struct config *config)
{
	if (refcount_dec_and_test(&config->refs))
		kfree_rcu(config, rcu);
}

REFUZZ_SCHEME(struct config, refs);
REFUZZ_STATE(idle) { refcount_set(&object->refs, 1); rcu_assign_pointer(current_config, object); }
REFUZZ_STATE(one) { refcount_set(&object->refs, 2); rcu_assign_pointer(current_config, object); refuzz_hold(0); }

REFUZZ_GET(get)
{
	struct config *config;
	bool got;

	rcu_read_lock();
	config = rcu_dereference(current_config);
	got = config && refcount_inc_not_zero(&config->refs);
	rcu_read_unlock();
	return got;
}
REFUZZ_PUT(put) { config_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(remove)
{
#ifdef TWO_ACCESSES
	struct config *config = rcu_dereference(current_config);

	rcu_assign_pointer(current_config, NULL);
#else
	struct config *config = xchg(&current_config, NULL);
#endif
	if (!config)
		return REFUZZ_VOID;
	config_put(config);
	return REFUZZ_GRANTED;
}
