/* A count without an object: the first user starts the pump, and the last stops it. */
#include <linux/atomic.h>
#include <linux/mutex.h>

static atomic_t pump_users = ATOMIC_INIT(0);
static DEFINE_MUTEX(pump_mutex);

int pump_get(struct pump_board *board)
{
	int error = 0;

	mutex_lock(&pump_mutex);
	if (atomic_inc_return(&pump_users) == 1)
		pump_power(board->rail, true);
	mutex_unlock(&pump_mutex);
	return error;
}

void pump_put(struct pump_board *board)
{
	mutex_lock(&pump_mutex);
	if (atomic_dec_and_test(&pump_users))
		pump_power(board->rail, false);
	mutex_unlock(&pump_mutex);
}
