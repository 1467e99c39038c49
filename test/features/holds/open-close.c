/* The first who opens a device starts it, and the last who closes stops it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/mutex.h>

struct device { atomic_t users; struct mutex lock; };

REFUZZ_SCHEME(struct device, users);
REFUZZ_FIELD(lock);
REFUZZ_STATE(closed) { atomic_set(&object->users, 0); }
REFUZZ_STATE(open) { atomic_set(&object->users, 1); refuzz_start(); refuzz_hold(0); }

#ifdef RACES
#define lock_device(device) ((void)(device))
#define unlock_device(device) ((void)(device))
#else
#define lock_device(device) mutex_lock(&(device)->lock)
#define unlock_device(device) mutex_unlock(&(device)->lock)
#endif

REFUZZ_GET(open)
{
	lock_device(object);
	if (atomic_inc_return(&object->users) == 1)
		refuzz_start();
	unlock_device(object);
	return true;
}
REFUZZ_USE(transfer) { refuzz_use(); }
REFUZZ_PUT(close)
{
	lock_device(object);
#ifdef FORGETS
	atomic_dec(&object->users);
#elif defined(EARLY)
	atomic_dec(&object->users);
	refuzz_stop();
#else
	if (atomic_dec_return(&object->users) == 0)
		refuzz_stop();
#endif
	unlock_device(object);
}
