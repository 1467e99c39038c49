/* Who checks the order of locks; none of it takes one. */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

#include <linux/compiler.h>

struct lock_class_key {
	int refuzz_none;
};

struct lockdep_map {
	int refuzz_none;
};

#define SINGLE_DEPTH_NESTING 1

#define lockdep_assert(condition) ((void)sizeof(condition))
#define lockdep_assert_held(lock) ((void)(lock))
#define lockdep_assert_held_write(lock) ((void)(lock))
#define lockdep_assert_held_read(lock) ((void)(lock))
#define lockdep_assert_held_once(lock) ((void)(lock))
#define lockdep_assert_not_held(lock) ((void)(lock))
#define lockdep_assert_none_held_once() ((void)0)
#define lockdep_assert_irqs_disabled() ((void)0)
#define lockdep_assert_irqs_enabled() ((void)0)
#define lockdep_assert_once(condition) lockdep_assert(condition)
#define lockdep_set_class(lock, key) ((void)(lock), (void)(key))
#define lockdep_set_class_and_name(lock, key, name) ((void)(lock), (void)(key))
#define lockdep_set_subclass(lock, number) ((void)(lock))
#define lockdep_set_novalidate_class(lock) ((void)(lock))
#define lockdep_is_held(lock) 1
#define lockdep_init_map(map, name, key, number) ((void)(map), (void)(key))
#define lockdep_register_key(key) ((void)(key))
#define lockdep_unregister_key(key) ((void)(key))

/* Without a checker in the kernel there is no map to name either: objects lack the member. */
#define lock_acquire(map, ...) ((void)0)
#define lock_release(map, place) ((void)0)
#define lock_contended(map, place) ((void)0)
#define lock_acquired(map, place) ((void)0)
#define lock_map_acquire(map) ((void)0)
#define lock_map_acquire_read(map) ((void)0)
#define lock_map_release(map) ((void)0)
#define spin_acquire(map, ...) ((void)0)
#define spin_release(map, place) ((void)0)
#define mutex_acquire(map, ...) ((void)0)
#define mutex_release(map, place) ((void)0)
#define rwsem_acquire(map, ...) ((void)0)
#define rwsem_acquire_nest(map, ...) ((void)0)
#define rwsem_acquire_read(map, ...) ((void)0)
#define rwsem_release(map, place) ((void)0)
#define might_lock(lock) ((void)(lock))

#endif
