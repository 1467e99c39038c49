/* SRCU: each srcu_struct has readers of its own, for whom nobody waits but who asks for that srcu_struct. */
#ifndef _LINUX_SRCU_H
#define _LINUX_SRCU_H

#include <refuzz/host.h>
#include <linux/rcupdate.h>
#include <linux/timer.h>

struct srcu_struct {
	int refuzz_readers;
};

/* Where a state is set up, or where it is declared: it makes no access. */
static inline int init_srcu_struct(struct srcu_struct *srcu)
{
	refuzz_init_srcu(srcu);
	return 0;
}
#define DEFINE_SRCU(name)                                                                                              \
	struct srcu_struct name;                                                                                       \
	REFUZZ_LATER_EXPORT(name) void refuzz_later_##name(void) { refuzz_init_srcu(&name); }                          \
	_Static_assert(1, "")
#define DEFINE_STATIC_SRCU(name)                                                                                       \
	static struct srcu_struct name;                                                                                \
	REFUZZ_LATER_EXPORT(name) void refuzz_later_##name(void) { refuzz_init_srcu(&name); }                          \
	_Static_assert(1, "")
#define cleanup_srcu_struct(srcu) ((void)(srcu))

static inline int srcu_read_lock(struct srcu_struct *srcu)
{
	refuzz_srcu_read_lock(srcu);
	return 0;
}
static inline void srcu_read_unlock(struct srcu_struct *srcu, int index)
{
	(void)index;
	refuzz_srcu_read_unlock(srcu);
}
#define srcu_dereference(pointer, srcu) ((void)(srcu), READ_ONCE(pointer))
#define srcu_dereference_check(pointer, srcu, condition) srcu_dereference(pointer, srcu)

static inline void synchronize_srcu(struct srcu_struct *srcu)
{
	refuzz_synchronize_begin(srcu);
	refuzz_synchronize_end(srcu);
}
#define synchronize_srcu_expedited(srcu) synchronize_srcu(srcu)

static inline void call_srcu(struct srcu_struct *srcu, struct rcu_head *head, rcu_callback_t func)
{
	if (!func)
		refuzz_check_object(NULL);
	refuzz_call_srcu(srcu, head, (void (*)(void *))(void *)func);
}

static inline void srcu_barrier(struct srcu_struct *srcu)
{
	if (refuzz_barrier_begin(srcu))
		refuzz_barrier_end(srcu);
}

#endif
