/* The first visitor turns the fountain on, and a keeper turns it off when nobody is left. */
#include <linux/compiler.h>
#include <linux/hashtable.h>
#include <linux/spinlock.h>

#define FOUNTAIN_BITS 2

static atomic_t fountain_visitors;
static DEFINE_SPINLOCK(fountain_lock);
static DEFINE_HASHTABLE(fountains, FOUNTAIN_BITS);
static struct water *fountain_water;

bool fountain_visit(struct water *water)
{
	if (atomic_inc_not_zero(&fountain_visitors))
		return true;
	spin_lock(&fountain_lock);
	if (fountain_water) {
		atomic_inc(&fountain_visitors);
		spin_unlock(&fountain_lock);
		return true;
	}
	WRITE_ONCE(fountain_water, water);
	atomic_set(&fountain_visitors, 2);
	spin_unlock(&fountain_lock);
	return true;
}

void fountain_leave(void)
{
	if (atomic_dec_return(&fountain_visitors))
		return;
	fountain_dry();
}

int fountain_keep(void)
{
	spin_lock(&fountain_lock);
	if (hash_empty(fountains) && atomic_cmpxchg(&fountain_visitors, 1, 0) == 1)
		WRITE_ONCE(fountain_water, NULL);
	spin_unlock(&fountain_lock);
	return 0;
}
