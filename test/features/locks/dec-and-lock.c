/*
 * Each form of "give a reference back, and take the lock if it was the last". The lookup finds the object under the lock, so
 * nobody can find it once the last reference is gone.
 */
#include <refuzz.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>

#ifndef FORM
#define FORM atomic_dec_and_lock(&object->refs, &lock)
#endif

#ifdef MUTEX
static DEFINE_MUTEX(lock);
#define LOCK() mutex_lock(&lock)
#define UNLOCK() mutex_unlock(&lock)
#elif defined RAW
static DEFINE_RAW_SPINLOCK(lock);
#define LOCK() raw_spin_lock(&lock)
#define UNLOCK() raw_spin_unlock(&lock)
#else
static DEFINE_SPINLOCK(lock);
#define LOCK() spin_lock(&lock)
#define UNLOCK() spin_unlock(&lock)
#endif

#ifdef REFCOUNT
struct node { refcount_t refs; };
#define SET(n) refcount_set(&object->refs, n)
#define INC() refcount_inc(&object->refs)
#elif defined KREF
struct node { struct kref refs; };
#define SET(n) refcount_set(&object->refs.refcount, n)
#define INC() kref_get(&object->refs)
#else
struct node { atomic_t refs; };
#define SET(n) atomic_set(&object->refs, n)
#define INC() atomic_inc(&object->refs)
#endif

REFUZZ_SCHEME(struct node, refs);
REFUZZ_WORD(lock);
REFUZZ_STATE(one) { SET(1); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }

REFUZZ_GET(lookup)
{
	bool found;

	LOCK();
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		INC();
	UNLOCK();
	return found;
}

static void release(void)
{
	refuzz_link(REFUZZ_NOWHERE);
	UNLOCK();
	refuzz_free();
}
static void __attribute__((unused)) release_kref(struct kref *kref) { release(); }

REFUZZ_PUT(put)
{
	unsigned long flags = 0;

	(void)flags;
#ifdef UNLOCKED
	if (atomic_dec_and_test(&object->refs)) {
		LOCK();
		release();
	}
#else
	if (FORM)
		release();
#endif
}
