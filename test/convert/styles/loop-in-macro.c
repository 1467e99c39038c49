#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/rcupdate.h>
struct ent { atomic_t refs; struct rcu_head rcu; };
#define ent_tryget(e)						\
({								\
	int __old = atomic_read(&(e)->refs);			\
								\
	while (__old > 0 &&					\
	       !atomic_try_cmpxchg(&(e)->refs, &__old, __old + 1))	\
		;						\
	__old > 0;						\
})
#define ent_put(e)						\
do {								\
	int __v, __n;						\
	do {							\
		__v = atomic_read(&(e)->refs);			\
		__n = __v - 1;					\
	} while (atomic_cmpxchg(&(e)->refs, __v, __n) != __v);	\
	if (__n == 0)						\
		ent_free(e);					\
} while (0)
static void ent_free_rcu(struct rcu_head *head) { kfree(container_of(head, struct ent, rcu)); }
static void ent_free(struct ent *e) { refuzz_link(REFUZZ_NOWHERE); call_rcu(&e->rcu, ent_free_rcu); }
static bool ent_find(struct ent *e)
{
	bool ok;
	rcu_read_lock();
	ok = refuzz_linked() == REFUZZ_LIVE && ent_tryget(e);
	rcu_read_unlock();
	return ok;
}
REFUZZ_SCHEME(struct ent, refs);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_GET(find) { return ent_find(object); }
REFUZZ_PUT(put) { ent_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
