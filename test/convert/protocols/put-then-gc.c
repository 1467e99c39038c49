/* A page of a cache: a put never frees. The shrinker takes what nobody uses out of the cache, under its lock, and frees it. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct cached {
	atomic_t pins;
};

static DEFINE_MUTEX(cache_mutex);

static inline void cached_pin(atomic_t *pins) { atomic_inc(pins); }

static bool cached_get(struct cached *cached)
{
	bool found;

	mutex_lock(&cache_mutex);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		cached_pin(&cached->pins);
	mutex_unlock(&cache_mutex);
	return found;
}

static void cached_put(struct cached *cached)
{
	atomic_dec(&cached->pins);
}

static bool cached_shrink(struct cached *cached)
{
	bool frees;

	mutex_lock(&cache_mutex);
	frees = refuzz_linked() == REFUZZ_LIVE && atomic_read(&cached->pins) == 0;
	if (frees)
		refuzz_link(REFUZZ_NOWHERE);
	mutex_unlock(&cache_mutex);
	if (frees)
		kfree(cached);
	return frees;
}

REFUZZ_SCHEME(struct cached, pins);

REFUZZ_STATE(unused, .live = true);
REFUZZ_STATE(pinned, .count = 1, .live = true, .holders = 1);

REFUZZ_GET(get) { return cached_get(object); }
REFUZZ_PUT(put) { cached_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(shrink) { return cached_shrink(object) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
