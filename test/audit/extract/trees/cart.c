/* Freed by a work, for who puts may not sleep. */
#include <linux/slab.h>
#include <linux/workqueue.h>

struct cart {
	atomic_t loads;
	struct work_struct unload;
	struct cart_stats stats;
};

static void cart_unload(struct work_struct *work)
{
	struct cart *cart = container_of(work, struct cart, unload);

	cart_flush(cart->stats);
	kfree(cart);
}

struct cart *cart_new(void)
{
	struct cart *cart = kzalloc(sizeof(*cart), GFP_KERNEL);

	if (cart) {
		atomic_set(&cart->loads, 1);
		INIT_WORK(&cart->unload, cart_unload);
	}
	return cart;
}

void cart_get(struct cart *cart)
{
	WARN_ON(!atomic_read(&cart->loads));
	atomic_inc(&cart->loads);
}

void cart_put(struct cart *cart)
{
	if (cart && atomic_dec_and_test(&cart->loads))
		schedule_work(&cart->unload);
}
