/* What is done when a variable goes out of scope, by the compiler's own means: pointers that are freed, locks that are left. */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

#include <linux/compiler.h>

/* DEFINE_FREE(put_peer, struct peer *, if (_T) peer_put(_T)), and then `struct peer *peer __free(put_peer) = …;` */
#define DEFINE_FREE(name, type, action)                                                                                \
	static __always_inline void __free_##name(void *place)                                                         \
	{                                                                                                              \
		type _T = *(type *)place;                                                                              \
		action;                                                                                                \
	}
#define __free(name) __attribute__((__cleanup__(__free_##name)))
#define __cleanup(function) __attribute__((__cleanup__(function)))

/* Takes the pointer out of its variable, which then frees nothing. */
#define no_free_ptr(variable)                                                                                          \
	({                                                                                                             \
		__typeof__(variable) refuzz_kept = (variable);                                                         \
		(variable) = (__typeof__(variable))0;                                                                  \
		refuzz_kept;                                                                                           \
	})
#define return_ptr(variable) return no_free_ptr(variable)
#define retain_and_null_ptr(variable) ((void)no_free_ptr(variable))

#define DEFINE_CLASS(name, type, leave, enter, ...)                                                                    \
	typedef type class_##name##_t;                                                                                 \
	static __always_inline void class_##name##_destructor(type *place)                                             \
	{                                                                                                              \
		type _T = *place;                                                                                      \
		leave;                                                                                                 \
	}                                                                                                              \
	static __always_inline type class_##name##_constructor(__VA_ARGS__)                                            \
	{                                                                                                              \
		type t = enter;                                                                                        \
		return t;                                                                                              \
	}
#define CLASS(name, variable)                                                                                          \
	class_##name##_t variable __cleanup(class_##name##_destructor) = class_##name##_constructor

/* A lock that is named by its address: guard(mutex)(&lock) holds it to the end of the block. */
#define DEFINE_GUARD(name, type, enter, leave)                                                                         \
	DEFINE_CLASS(name, type, if (_T) { leave; }, ({ enter; _T; }), type _T)                                        \
	static __always_inline void *class_##name##_lock_ptr(class_##name##_t *place) { return (void *)*place; }
#define DEFINE_GUARD_COND(name, suffix, try)                                                                           \
	typedef class_##name##_t class_##name##suffix##_t;                                                             \
	static __always_inline void class_##name##suffix##_destructor(class_##name##_t *place)                         \
	{                                                                                                              \
		class_##name##_destructor(place);                                                                      \
	}                                                                                                              \
	static __always_inline class_##name##_t class_##name##suffix##_constructor(class_##name##_t _T)                \
	{                                                                                                              \
		return (try) ? _T : (class_##name##_t)0;                                                               \
	}                                                                                                              \
	static __always_inline void *class_##name##suffix##_lock_ptr(class_##name##_t *place) { return (void *)*place; }

/* The same with further members, which enter and leave know as _T->…, as flags of interrupts. */
#define DEFINE_LOCK_GUARD_1(name, type, enter, leave, ...)                                                             \
	typedef struct {                                                                                               \
		type *lock;                                                                                            \
		__VA_ARGS__;                                                                                           \
	} class_##name##_t;                                                                                            \
	static __always_inline void class_##name##_destructor(class_##name##_t *_T)                                    \
	{                                                                                                              \
		if (_T->lock) {                                                                                        \
			leave;                                                                                         \
		}                                                                                                      \
	}                                                                                                              \
	static __always_inline class_##name##_t class_##name##_constructor(type *lock)                                 \
	{                                                                                                              \
		class_##name##_t refuzz_taken = { .lock = lock }, *_T = &refuzz_taken;                                 \
		enter;                                                                                                 \
		return refuzz_taken;                                                                                   \
	}                                                                                                              \
	static __always_inline void *class_##name##_lock_ptr(class_##name##_t *place) { return (void *)place->lock; }
/* And without an address: guard(rcu)(). */
#define DEFINE_LOCK_GUARD_0(name, enter, leave, ...)                                                                   \
	typedef struct {                                                                                               \
		void *lock;                                                                                            \
		__VA_ARGS__;                                                                                           \
	} class_##name##_t;                                                                                            \
	static __always_inline void class_##name##_destructor(class_##name##_t *_T)                                    \
	{                                                                                                              \
		if (_T->lock) {                                                                                        \
			leave;                                                                                         \
		}                                                                                                      \
	}                                                                                                              \
	static __always_inline class_##name##_t class_##name##_constructor(void)                                       \
	{                                                                                                              \
		class_##name##_t refuzz_taken = { .lock = (void *)1 }, *_T = &refuzz_taken;                            \
		(void)_T;                                                                                              \
		enter;                                                                                                 \
		return refuzz_taken;                                                                                   \
	}                                                                                                              \
	static __always_inline void *class_##name##_lock_ptr(class_##name##_t *place) { return place->lock; }

#define REFUZZ_PASTED(one, other) REFUZZ_PASTED_(one, other)
#define REFUZZ_PASTED_(one, other) one##other
#define guard(name) CLASS(name, REFUZZ_PASTED(refuzz_guard_, __COUNTER__))

/* Holds it for one statement or block. A lock that was not to be had leaves it out. */
#define scoped_guard(name, ...)                                                                                        \
	for (CLASS(name, refuzz_scope)(__VA_ARGS__), *refuzz_once = (void *)1;                                         \
	     refuzz_once && class_##name##_lock_ptr(&refuzz_scope); refuzz_once = (void *)0)
#define scoped_cond_guard(name, otherwise, ...)                                                                        \
	for (CLASS(name, refuzz_scope)(__VA_ARGS__), *refuzz_once = (void *)1; refuzz_once;                            \
	     refuzz_once = (void *)0)                                                                                  \
		if (!class_##name##_lock_ptr(&refuzz_scope)) {                                                         \
			otherwise;                                                                                     \
		} else

#endif
