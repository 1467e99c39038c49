/* One slip for the sender and one for who answers: starts at 2, and only goes down. */
#include <linux/slab.h>

struct slip {
	atomic_t copies;
	int number;
};

struct slip *slip_write(int number)
{
	struct slip *slip = kzalloc(sizeof(*slip), GFP_KERNEL);

	if (!slip)
		return NULL;
	slip->number = number;
	atomic_set(&slip->copies, 2);
	return slip;
}

void slip_tear(struct slip *slip)
{
	if (atomic_dec_and_test(&slip->copies))
		kfree(slip);
}
