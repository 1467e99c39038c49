/*
 * refuzz.h: what you include to test a counter, or an object's get/put protocol, in C.
 *
 * Write your code as ever, or include it, and declare below it what refuzz is to run. Kernel code finds the functions
 * it needs in <linux/…>; C11 code has <stdatomic.h>. Every atomic operation, and every plain read and write of a declared
 * word, is a point where another thread may come between.
 *
 * A counter is one 4-byte word in an object:
 *
 *	struct gate { _Atomic int value; };
 *	…
 *	REFUZZ_COUNTER(struct gate, value);
 *	REFUZZ_OP(void, inc) { gate_enter(counter); }
 *	REFUZZ_OP(bool, dec_and_test) { return gate_leave(counter); }
 *	REFUZZ_OP(void, add, int n) { gate_enter_many(counter, n); }
 *
 * A scheme is an object that has a counter, is found, held, let go and freed:
 *
 *	struct peer { refcount_t refcnt; spinlock_t lock; struct rcu_head rcu; };
 *	static DEFINE_SPINLOCK(tree_lock);
 *	…
 *	REFUZZ_SCHEME(struct peer, refcnt);
 *	REFUZZ_WORD(tree_lock);
 *	REFUZZ_FIELD(lock);
 *	REFUZZ_STATE(one) { refcount_set(&object->refcnt, 1); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
 *	REFUZZ_GET(lookup) { return peer_lookup(object); }
 *	REFUZZ_PUT(put) { peer_put(object); }
 *	REFUZZ_USE(use) { refuzz_use(); }
 *	REFUZZ_ACT(gc) { return peer_gc(object) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
 *
 * There is one object. Ops are judged under the kernel's names (inc, dec_and_test, inc_not_zero …). An op keeps nothing
 * between two calls but the declared words: memory is otherwise the same each time it starts.
 */
#ifndef REFUZZ_H
#define REFUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <refuzz/host.h>
#include <refuzz/leaves-out.h>

/* What refuzz finds, it finds as an exported function. Editors and other compilers see a plain one. */
#ifdef __wasm__
#define REFUZZ_EXPORT(name) __attribute__((export_name(name)))
#else
#define REFUZZ_EXPORT(name)
#endif

/* Lets a declaration end in a semicolon. */
#define REFUZZ_END _Static_assert(1, "")

/* What is filled or copied as a whole must not reach past what the compiler knows the end of. */
#ifdef REFUZZ_RECORDED
void __ubsan_refuzz_beyond(void);
#define REFUZZ_WITHIN(place, size)                                                                                     \
	((size) > __builtin_dynamic_object_size(place, 0) ? __ubsan_refuzz_beyond() : (void)0)
static inline void *refuzz_fill(void *to, int value, size_t size) { return __builtin_memset(to, value, size); }
static inline void *refuzz_copy(void *to, const void *from, size_t size) { return __builtin_memcpy(to, from, size); }
static inline void *refuzz_move(void *to, const void *from, size_t size) { return __builtin_memmove(to, from, size); }
#define __builtin_memset(to, value, size)                                                                              \
	({                                                                                                             \
		void *refuzz_to = (to);                                                                                \
		size_t refuzz_size = (size);                                                                           \
		REFUZZ_WITHIN(refuzz_to, refuzz_size);                                                                 \
		refuzz_fill(refuzz_to, (value), refuzz_size);                                                          \
	})
#define REFUZZ_COPY(copy, to, from, size)                                                                              \
	({                                                                                                             \
		void *refuzz_to = (to);                                                                                \
		const void *refuzz_from = (from);                                                                      \
		size_t refuzz_size = (size);                                                                           \
		REFUZZ_WITHIN(refuzz_to, refuzz_size);                                                                 \
		REFUZZ_WITHIN(refuzz_from, refuzz_size);                                                               \
		copy(refuzz_to, refuzz_from, refuzz_size);                                                             \
	})
#define __builtin_memcpy(to, from, size) REFUZZ_COPY(refuzz_copy, to, from, size)
#define __builtin_memmove(to, from, size) REFUZZ_COPY(refuzz_move, to, from, size)
#endif

/* --- What does not matter ------------------------------------------------------------------------------------- */

/*
 * A function that has no part in the counting, and that nobody defines: it does nothing, whatever it is given, and answers 0,
 * or a value of your choice. It need not be declared, unless it returns a pointer. The answer names those that are called.
 */
#define REFUZZ_STUB(name)                                                                                              \
	REFUZZ_EXPORT("stub " #name) int refuzz_stub_##name(void) { return 0; }                                        \
	REFUZZ_END
#define REFUZZ_STUB_RETURNS(name, value)                                                                               \
	REFUZZ_EXPORT("stub " #name) int refuzz_stub_##name(void) { return (int)(__INTPTR_TYPE__)(value); }            \
	REFUZZ_END

/* --- Counters and schemes ------------------------------------------------------------------------------------- */

/*
 * The object's type, and the member that is the count: an int, unsigned, _Atomic int, atomic_t, refcount_t or kref. A path
 * such as ref.refcount will do. First of all declarations, and only one in a source.
 */
#define REFUZZ_COUNTER(type, member) REFUZZ_OBJECT(type, member)
#define REFUZZ_SCHEME(type, member) REFUZZ_OBJECT(type, member)

/* The value to which the counter pins itself when misused, and which values count as pinned: those that cannot move. */
#define REFUZZ_SATURATED(value)                                                                                        \
	REFUZZ_EXPORT("saturated") int refuzz_saturated(void) { return (int)(value); }                                 \
	REFUZZ_END

/* REFUZZ_IN_SATURATION(value) { return value < 0; } */
#define REFUZZ_IN_SATURATION(value) REFUZZ_EXPORT("in saturation") bool refuzz_in_saturation(int value)

/* The count is read as unsigned, so that 0x80000000 is large and not negative. */
#define REFUZZ_UNSIGNED REFUZZ_MARK("unsigned", unsigned)

/*
 * Ops change the word first and check it afterwards, by design: what other threads see between the two is accepted. Leave
 * it out, and every op must look indivisible.
 */
#define REFUZZ_CHECKS_AFTERWARDS REFUZZ_MARK("windows", windows)

/* What a scheme adds to every count of the scheme it is compared with: 1, if the structure itself holds a reference. */
#define REFUZZ_BIAS(value)                                                                                             \
	REFUZZ_EXPORT("bias") int refuzz_bias(void) { return (value); }                                                \
	REFUZZ_END

/* --- Ops of a counter ----------------------------------------------------------------------------------------- */

/*
 * REFUZZ_OP(type, name, arguments) { body }. The type is void, bool, int or unsigned; there are none to two arguments of
 * type int or unsigned. The body sees `counter`, a pointer to the object.
 */
#ifdef REFUZZ_DIRECT
#define REFUZZ_OP(type, name, ...)                                                                                     \
	REFUZZ_OP_HEAD("op " #type " " #name, type, refuzz_op_##name, __VA_ARGS__) __attribute__((always_inline));     \
	REFUZZ_BATCH("batch " #type " " #name, refuzz_batch_##name, REFUZZ_RESULT_##type,                              \
		     REFUZZ_CALL(refuzz_op_##name, __VA_ARGS__))                                                       \
	REFUZZ_SWEEP("sweep " #type " " #name, refuzz_sweep_##name, REFUZZ_RESULT_##type,                              \
		     REFUZZ_CALL(refuzz_op_##name, __VA_ARGS__))                                                       \
	REFUZZ_OP_HEAD("op " #type " " #name, type, refuzz_op_##name, __VA_ARGS__)
#else
#define REFUZZ_OP(type, name, ...) REFUZZ_OP_HEAD("op " #type " " #name, type, refuzz_op_##name, __VA_ARGS__)
#endif

/* --- Words, states and ops of a scheme ------------------------------------------------------------------------ */

/*
 * A further shared word, of 1, 2 or 4 bytes: a lock or a flag, as a static variable or a field of the object. What is
 * not declared must not be written.
 */
#define REFUZZ_WORD(variable) REFUZZ_PLACE(__COUNTER__, #variable, variable)
#define REFUZZ_FIELD(member) REFUZZ_PLACE(__COUNTER__, #member, refuzz_object.member)

/*
 * A state to start from. The body sets up `object`, whose memory is zero, and says where it is linked (refuzz_link), who
 * holds it (refuzz_hold, refuzz_read_section) and whether it was noted as idle a grace period ago (refuzz_idle_note).
 */
#define REFUZZ_STATE(name) REFUZZ_SCHEME_FUNCTION(void, "state " #name, state_##name)

/* Takes a reference for the calling thread. Returns true when it got one. */
#define REFUZZ_GET(name) REFUZZ_SCHEME_FUNCTION(bool, "get " #name, op_##name)
/* Enters an RCU read section and stays in it, in place of a reference. Returns true when it is in. */
#define REFUZZ_ENTER(name) REFUZZ_SCHEME_FUNCTION(bool, "enter " #name, op_##name)
/* Gives the reference back, or leaves the section. Only a thread that holds runs it; its hold ends at its first access. */
#define REFUZZ_PUT(name) REFUZZ_SCHEME_FUNCTION(void, "put " #name, op_##name)
/* Uses the object: refuzz_use(). Only a thread that holds runs it. */
#define REFUZZ_USE(name) REFUZZ_SCHEME_FUNCTION(void, "use " #name, op_##name)
/* Anything else: a garbage collector, an administrator, a timer. Returns how it ended. */
#define REFUZZ_ACT(name) REFUZZ_SCHEME_FUNCTION(enum refuzz_outcome, "act " #name, op_##name)

enum refuzz_outcome {
	/* There was nothing to do or to tell. */
	REFUZZ_VOID,
	REFUZZ_GRANTED,
	REFUZZ_REFUSED,
};

/* --- What these are made of ----------------------------------------------------------------------------------- */

/* Who runs over either end of the object is to touch nothing else, and to be found out. */
#ifdef REFUZZ_RECORDED
#define REFUZZ_GUARD 64
#define REFUZZ_ALLOCATE                                                                                                \
	static struct { char before[REFUZZ_GUARD]; refuzz_object_type it; char after[REFUZZ_GUARD]; } refuzz_guarded;  \
	REFUZZ_EXPORT("guard") int refuzz_guard(void) { return REFUZZ_GUARD; }
#define refuzz_object refuzz_guarded.it
#else
#define REFUZZ_ALLOCATE static refuzz_object_type refuzz_object;
#endif

#define REFUZZ_OBJECT(type, member)                                                                                    \
	typedef __typeof__(type) refuzz_object_type;                                                                   \
	REFUZZ_ALLOCATE                                                                                                \
	REFUZZ_EXPORT("object") void *refuzz_object_address(void) { return (void *)&refuzz_object; }                   \
	REFUZZ_EXPORT("object size") int refuzz_object_size(void) { return (int)sizeof(refuzz_object); }               \
	REFUZZ_EXPORT("count") void *refuzz_count_address(void) { return (void *)&refuzz_object.member; }              \
	REFUZZ_COUNT_WORD(member)                                                                                      \
	_Static_assert(sizeof(refuzz_object.member) == 4, "the count has 4 bytes")

#define REFUZZ_MARK(text, name)                                                                                        \
	REFUZZ_EXPORT(text) int refuzz_mark_##name(void) { return 1; }                                                 \
	REFUZZ_END

#define REFUZZ_PLACE(number, text, place) REFUZZ_PLACE_(number, text, place)
#define REFUZZ_PLACE_(number, text, place)                                                                             \
	REFUZZ_EXPORT("word " text) void *refuzz_word_##number(void) { return (void *)&place; }                        \
	REFUZZ_EXPORT("word size " text) int refuzz_word_size_##number(void) { return (int)sizeof(place); }            \
	_Static_assert(sizeof(place) == 1 || sizeof(place) == 2 || sizeof(place) == 4,                                 \
		       "the word " text " has 1, 2 or 4 bytes")

/* Names reach these as text or pasted, for `bool` and the name of an op may be macros. */
#define REFUZZ_OP_HEAD(text, type, function, ...)                                                                      \
	REFUZZ_EXPORT(text) type function(refuzz_object_type *counter __VA_OPT__(,) __VA_ARGS__)

/* A body need not look at the object: that of a `use` does not. */
#define REFUZZ_SCHEME_FUNCTION(type, text, name)                                                                       \
	REFUZZ_EXPORT(text) type refuzz_##name(refuzz_object_type *object __attribute__((unused)))

#ifdef REFUZZ_DIRECT
#include <refuzz/direct.h>
#define REFUZZ_COUNT_WORD(member)                                                                                      \
	static inline refuzz_word *refuzz_count_word(void) { return (refuzz_word *)(void *)&refuzz_object.member; }
#else
#define REFUZZ_COUNT_WORD(member)
#endif

#endif
