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
 *	REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
 *	REFUZZ_OPS(peer_lookup, peer_put);
 *	REFUZZ_USE(use) { refuzz_use(); }
 *	REFUZZ_ACT(gc) { return peer_gc(object) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
 *
 * The code may stand in the same file, or be included as it is: #include "peer.c". There is one object. Its fields and the
 * static variables that ops share are found; beside them an op keeps nothing between two calls. Ops of a counter are judged
 * under the kernel's names (inc, dec_and_test, inc_not_zero …), or by what REFUZZ_IDEAL says.
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

/*
 * What somebody is to decide before anything runs: an error of the compiler, with this text. It stands outside of functions or
 * in them, in the place of a statement.
 *
 *	REFUZZ_TODO("who holds the reference that the count starts at?");
 */
#define REFUZZ_TODO(text) _Static_assert(0, "to be decided: " text)

/* --- Counters and schemes ------------------------------------------------------------------------------------- */

/*
 * The object's type, and the member that is the count: an int, unsigned, _Atomic int, atomic_t, refcount_t or kref. A path
 * such as ref.refcount will do. First of all declarations, and only one in a source.
 */
#define REFUZZ_COUNTER(type, member)                                                                                   \
	REFUZZ_OBJECT(type, member)                                                                                    \
	_Static_assert(sizeof(refuzz_object.member) == 4, "the count has 4 bytes")
/* A scheme may count in 8 bytes: an s64, or an atomic64_t. */
#define REFUZZ_SCHEME(type, member)                                                                                    \
	REFUZZ_OBJECT(type, member)                                                                                    \
	REFUZZ_EXPORT("count size") int refuzz_count_size(void) { return (int)sizeof(refuzz_object.member); }          \
	_Static_assert(sizeof(refuzz_object.member) == 4 || sizeof(refuzz_object.member) == 8,                         \
		       "the count has 4 bytes, or 8");                                                                 \
	REFUZZ_GIVEN(member)                                                                                           \
	REFUZZ_CALLERS                                                                                                 \
	REFUZZ_FIELDS

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

/*
 * What an op with a name of its own ought to do to a count that never wraps, in one line: a change, when it is made, and what
 * is returned.
 *
 *	REFUZZ_IDEAL(charge, +n);                          takes n references; n is the argument, whatever it is called
 *	REFUZZ_IDEAL(try_charge, +n unless 0);             the same, but refuses at 0: returns whether it was done
 *	REFUZZ_IDEAL(uncharge, -n returns new == 0);       gives n back, and tells whether they were the last
 *	REFUZZ_IDEAL(reset, = 0);                          overwrites the count
 *	REFUZZ_IDEAL(peek, reads returns old);             changes nothing
 *
 * `if` and `unless` take a comparison with `old`: `unless old < 0`; a number alone is `old == number`. Of two arguments the
 * first is `a`, and the second `b`.
 */
#define REFUZZ_IDEAL(name, ...)                                                                                        \
	REFUZZ_EXPORT("ideal " #name " " #__VA_ARGS__) int refuzz_ideal_##name(void) { return 1; }                     \
	REFUZZ_END

/* --- Words, states and ops of a scheme ------------------------------------------------------------------------ */

/*
 * A further shared word, of 1, 2, 4 or 8 bytes: a lock or a flag, as a static variable or a field of the object. Words that
 * are not declared are found: whatever ops write, and what states set that ops read. To declare one gives it a place among
 * them.
 */
#define REFUZZ_WORD(variable) REFUZZ_PLACE(__COUNTER__, #variable, variable)
#define REFUZZ_FIELD(member) REFUZZ_PLACE(__COUNTER__, #member, refuzz_object.member)
/*
 * A field of the object that is payload: it is read and written plainly, by code that leans on the counting for its order. Reads
 * and writes of it by two threads that no memory order puts one after the other are a race.
 */
#define REFUZZ_PAYLOAD(member)                                                                                         \
	REFUZZ_FIELD(member);                                                                                          \
	REFUZZ_PAYLOAD_(__COUNTER__, #member)

/*
 * A state to start from. On one line:
 *
 *	REFUZZ_STATE(idle, .live = true);
 *	REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2, .object.flags = PEER_NEW);
 *
 *	.count             what the count is; 0 where it is left out
 *	.live, .trash      where the object is linked, if anywhere
 *	.noted             it was noted as idle a grace period ago
 *	.holders           so many threads, from the first on, hold a reference each
 *	.readers           so many threads sit in an RCU read section
 *	.object.member     what a member is; the rest is zero
 *
 * Or with a body, which sets up `object`, whose memory is zero, and static variables, and says where the object is linked
 * (refuzz_link), who holds it (refuzz_hold, refuzz_read_section) and whether it was noted as idle (refuzz_idle_note):
 *
 *	REFUZZ_STATE(one) { peer_init(object); refuzz_hold(0); }
 */
#define REFUZZ_STATE(name, ...)                                                                                        \
	REFUZZ_SCHEME_FUNCTION(void, "state " #name, state_##name)                                                     \
	__VA_OPT__({                                                                                                   \
		const struct refuzz_given refuzz_given = { __VA_ARGS__ };                                              \
		refuzz_set_up(object, &refuzz_given);                                                                   \
	} REFUZZ_END)

/*
 * An op may take one or two arguments of type int or unsigned, REFUZZ_GET(charge, int n); its values are listed beside it,
 * the simplest first: REFUZZ_VALUES(charge, 1, 512), or in the target. The body sees `object`.
 */
/* Takes a reference for the calling thread. Returns true when it got one. */
#define REFUZZ_GET(name, ...) REFUZZ_SCHEME_OP(bool, "get " #name, op_##name, __VA_ARGS__)
/* Enters an RCU read section and stays in it, in place of a reference. Returns true when it is in. */
#define REFUZZ_ENTER(name, ...) REFUZZ_SCHEME_OP(bool, "enter " #name, op_##name, __VA_ARGS__)
/* Gives the reference back, or leaves the section. Only a thread that holds runs it; its hold ends at its first access. */
#define REFUZZ_PUT(name, ...) REFUZZ_SCHEME_OP(void, "put " #name, op_##name, __VA_ARGS__)
/* Uses the object: refuzz_use(), refuzz_write(). Only a thread that holds runs it. */
#define REFUZZ_USE(name, ...) REFUZZ_SCHEME_OP(void, "use " #name, op_##name, __VA_ARGS__)
/* Anything else: a garbage collector, an administrator, a timer. Returns how it ended. */
#define REFUZZ_ACT(name, ...) REFUZZ_SCHEME_OP(enum refuzz_outcome, "act " #name, op_##name, __VA_ARGS__)

#define REFUZZ_VALUES(name, ...)                                                                                       \
	static const int refuzz_values_of_##name[] = { __VA_ARGS__ };                                                  \
	REFUZZ_EXPORT("values " #name) const int *refuzz_values_##name(void) { return refuzz_values_of_##name; }        \
	REFUZZ_EXPORT("values count " #name) int refuzz_values_count_##name(void)                                       \
	{                                                                                                              \
		return (int)(sizeof(refuzz_values_of_##name) / sizeof(int));                                           \
	}                                                                                                              \
	REFUZZ_END

/*
 * Gets by who holds already: only a thread that holds runs them. A dup takes another reference for the calling thread; a
 * give takes one for another thread. Both return true when they got it.
 */
#define REFUZZ_DUP(name, ...) REFUZZ_SCHEME_OP(bool, "dup " #name, op_##name, __VA_ARGS__)
#define REFUZZ_GIVE(name, ...) REFUZZ_SCHEME_OP(bool, "give " #name, op_##name, __VA_ARGS__)
/*
 * Hands the caller's own reference over, as it returns: the caller holds no more then. It goes to the next thread that comes
 * to an op which needs one, and has none; such a thread waits while another may still hand something over.
 */
#define REFUZZ_HAND_OVER(name, ...) REFUZZ_SCHEME_OP(void, "hand-over " #name, op_##name, __VA_ARGS__)

/*
 * A kind of hold, what one hold of it adds to the count, and the ops that take it, give it back or need it:
 *
 *	REFUZZ_HOLD(pins, 1024, pin, unpin, touch);
 *
 * Ops that no kind names are of the kind without a name, which weighs 1. A hold may be of a number, the first argument of its
 * ops, and weigh so much: who has charged 512 can uncharge 512 and nothing else.
 *
 *	REFUZZ_HOLD_N(bytes, n, charge, uncharge);
 */
#define REFUZZ_HOLD(kind, weight, ...) REFUZZ_HOLD_KIND("hold " #kind " " #__VA_ARGS__, kind, weight)
#define REFUZZ_HOLD_N(kind, weight, ...) REFUZZ_HOLD_KIND("hold-n " #kind " " #__VA_ARGS__, kind, weight)
#define REFUZZ_HOLD_KIND(text, kind, weight)                                                                           \
	REFUZZ_EXPORT(text) int refuzz_weight_of_##kind(int n __attribute__((unused))) { return (int)(weight); }       \
	REFUZZ_END

/* Only a thread that holds one of the kind runs these ops: REFUZZ_NEEDS(users, charge). Puts and uses need their own kind. */
#define REFUZZ_NEEDS(kind, ...)                                                                                        \
	REFUZZ_EXPORT("needs " #kind " " #__VA_ARGS__) int refuzz_needs_##kind(void) { return 1; }                     \
	REFUZZ_END

/* In a REFUZZ_STATE: refuzz_holds(0, pins), refuzz_holds(0, bytes, 512). */
#define refuzz_holds(thread, kind, ...) refuzz_hold_of(thread, #kind, 0 __VA_OPT__(+ (__VA_ARGS__)))

/*
 * What the count is beside the weights of all holds: a reference of the structure, say. It is a function of what `object`, the
 * words and refuzz_linked() say, and writes nothing. Where it is declared, the count is held against the sum of both
 * whenever nobody is in the middle of an op: count-too-low and count-too-high.
 *
 *	REFUZZ_CONSERVES { return refuzz_linked() == REFUZZ_LIVE; }
 */
#define REFUZZ_CONSERVES REFUZZ_SCHEME_FUNCTION(long long, "conserves", conserves)

/*
 * A variable that every thread has for itself: it lasts from one op of the thread to the next, and no other thread sees it.
 * What it holds at the start is what its state sets, for all threads.
 */
#define REFUZZ_THREAD_LOCAL(type, name)                                                                                \
	static __typeof__(type) name;                                                                                  \
	REFUZZ_EXPORT("own " #name) void *refuzz_own_##name(void) { return (void *)&name; }                            \
	REFUZZ_EXPORT("own size " #name) int refuzz_own_size_##name(void) { return (int)sizeof(name); }                \
	REFUZZ_END

/*
 * Functions that say by their signatures what they are, as ops of the same names. With T for the object's type:
 *
 *	bool f(T *)      T *f(T *)      T *f(void)            a get, granted when it returns true or a pointer
 *	                                                      that is neither NULL nor an ERR_PTR()
 *	void f(T *)                                           a put
 *	enum refuzz_outcome f(T *), f(void)     void f(void)  an act
 *
 * What an int means a signature does not say: such a function is called in a REFUZZ_GET, REFUZZ_PUT or REFUZZ_ACT.
 */
#define REFUZZ_OPS(...) REFUZZ_EACH(REFUZZ_INFERRED, __VA_ARGS__) REFUZZ_END

/*
 * The object is of a cache that is SLAB_TYPESAFE_BY_RCU: once it is freed, who sat in an RCU read section by then may still look
 * at it; nobody else may. With REFUZZ_REUSE { body } its memory may become somebody else's object of the type at once: the
 * body makes it, and may give it up again. A REFUZZ_GET that is granted that object is one that was granted a freed one.
 */
#define REFUZZ_TYPESAFE REFUZZ_MARK("typesafe", typesafe)
#define REFUZZ_REUSE REFUZZ_SCHEME_FUNCTION(void, "reuse", reuse)

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
	REFUZZ_COUNT_WORD(member)

/* What no compiler is to complain of, if it is not used. */
#define REFUZZ_HELPER static inline __attribute__((unused))

/* What a state on one line says. The count has 4 bytes, or 8, and lies in its lowest in either case. */
#define REFUZZ_GIVEN(member)                                                                                           \
	struct refuzz_given {                                                                                          \
		long long count;                                                                                       \
		bool live, trash, noted;                                                                               \
		int holders, readers;                                                                                  \
		refuzz_object_type object;                                                                             \
	};                                                                                                             \
	REFUZZ_HELPER void refuzz_set_up(refuzz_object_type *object, const struct refuzz_given *given)                 \
	{                                                                                                              \
		const long long count = given->count;                                                                  \
                                                                                                                       \
		__builtin_memcpy(object, &given->object, sizeof(*object));                                             \
		if (count)                                                                                             \
			__builtin_memcpy((void *)&object->member, &count, sizeof(object->member));                     \
		if (given->live || given->trash)                                                                       \
			refuzz_link(given->live ? REFUZZ_LIVE : REFUZZ_TRASH);                                         \
		if (given->noted)                                                                                      \
			refuzz_idle_note();                                                                            \
		for (int thread = 0; thread < given->holders; thread++)                                                \
			refuzz_hold(thread);                                                                           \
		for (int thread = 0; thread < given->readers; thread++)                                                \
			refuzz_read_section(thread);                                                                   \
	}

/* How functions of REFUZZ_OPS are called, by their signatures. */
#define REFUZZ_CALLERS                                                                                                 \
	typedef refuzz_object_type refuzz_t;                                                                           \
	REFUZZ_HELPER bool refuzz_found(refuzz_t *found) { return (__UINTPTR_TYPE__)found - 1 < (__UINTPTR_TYPE__)-4096; } \
	REFUZZ_HELPER int refuzz_gets(bool (*f)(refuzz_t *), refuzz_t *object) { return f(object); }                   \
	REFUZZ_HELPER int refuzz_finds(refuzz_t *(*f)(refuzz_t *), refuzz_t *object) { return refuzz_found(f(object)); } \
	REFUZZ_HELPER int refuzz_finds_any(refuzz_t *(*f)(void), refuzz_t *object) { return (void)object, refuzz_found(f()); } \
	REFUZZ_HELPER int refuzz_puts(void (*f)(refuzz_t *), refuzz_t *object) { return f(object), 0; }                \
	REFUZZ_HELPER int refuzz_acts(enum refuzz_outcome (*f)(refuzz_t *), refuzz_t *object) { return f(object); }    \
	REFUZZ_HELPER int refuzz_acts_any(enum refuzz_outcome (*f)(void), refuzz_t *object) { return (void)object, f(); } \
	REFUZZ_HELPER int refuzz_runs(void (*f)(void), refuzz_t *object) { return (void)object, f(), REFUZZ_VOID; }

/* As the declarations are numbered that refuzz reads: a get, a put, an act; -1 is none of them. */
#define REFUZZ_ROLE(function)                                                                                          \
	_Generic((function), bool (*)(refuzz_t *): 0, refuzz_t *(*)(refuzz_t *): 0, refuzz_t *(*)(void): 0,            \
		void (*)(refuzz_t *): 1, enum refuzz_outcome (*)(refuzz_t *): 2, enum refuzz_outcome (*)(void): 2,     \
		void (*)(void): 2, default: -1)
#define REFUZZ_CALLER(function)                                                                                        \
	_Generic((function), bool (*)(refuzz_t *): refuzz_gets, refuzz_t *(*)(refuzz_t *): refuzz_finds,               \
		refuzz_t *(*)(void): refuzz_finds_any, void (*)(refuzz_t *): refuzz_puts,                              \
		enum refuzz_outcome (*)(refuzz_t *): refuzz_acts, enum refuzz_outcome (*)(void): refuzz_acts_any,      \
		void (*)(void): refuzz_runs)
#define REFUZZ_INFERRED(function)                                                                                      \
	_Static_assert(REFUZZ_ROLE(function) >= 0,                                                                     \
		       "the signature of " #function " does not say its role: declare it with REFUZZ_GET, REFUZZ_PUT or REFUZZ_ACT"); \
	REFUZZ_EXPORT("role " #function) int refuzz_role_##function(void) { return REFUZZ_ROLE(function); }            \
	REFUZZ_SCHEME_FUNCTION(int, "run " #function, op_##function) { return REFUZZ_CALLER(function)(function, object); }

/* A macro for each of some arguments. What is scanned once more goes one further, and here it is scanned 64 times. */
#define REFUZZ_PARENS ()
#define REFUZZ_SCAN(...) REFUZZ_SCAN_4(REFUZZ_SCAN_4(REFUZZ_SCAN_4(REFUZZ_SCAN_4(__VA_ARGS__))))
#define REFUZZ_SCAN_4(...) REFUZZ_SCAN_3(REFUZZ_SCAN_3(REFUZZ_SCAN_3(REFUZZ_SCAN_3(__VA_ARGS__))))
#define REFUZZ_SCAN_3(...) REFUZZ_SCAN_2(REFUZZ_SCAN_2(REFUZZ_SCAN_2(REFUZZ_SCAN_2(__VA_ARGS__))))
#define REFUZZ_SCAN_2(...) __VA_ARGS__
#define REFUZZ_EACH(macro, ...) REFUZZ_SCAN(REFUZZ_NEXT(macro, __VA_ARGS__))
#define REFUZZ_NEXT(macro, first, ...) macro(first) __VA_OPT__(REFUZZ_NEXT_ONE REFUZZ_PARENS(macro, __VA_ARGS__))
#define REFUZZ_NEXT_ONE() REFUZZ_NEXT

/* How refuzz gets to know the fields of the object: each is a call of refuzz_field with its name, and a load. */
#ifdef REFUZZ_RECORDED
void refuzz_field(const char *format, ...);
#define REFUZZ_FIELDS                                                                                                  \
	REFUZZ_EXPORT("fields") void refuzz_fields(void) { __builtin_dump_struct(&refuzz_object, refuzz_field); }      \
	REFUZZ_END
#else
#define REFUZZ_FIELDS REFUZZ_END
#endif

#define REFUZZ_MARK(text, name)                                                                                        \
	REFUZZ_EXPORT(text) int refuzz_mark_##name(void) { return 1; }                                                 \
	REFUZZ_END

#define REFUZZ_PAYLOAD_(number, text) REFUZZ_PAYLOAD__(number, text)
#define REFUZZ_PAYLOAD__(number, text)                                                                                 \
	REFUZZ_EXPORT("payload " text) int refuzz_payload_##number(void) { return 1; }                                 \
	REFUZZ_END

#define REFUZZ_PLACE(number, text, place) REFUZZ_PLACE_(number, text, place)
#define REFUZZ_PLACE_(number, text, place)                                                                             \
	REFUZZ_EXPORT("word " text) void *refuzz_word_##number(void) { return (void *)&place; }                        \
	REFUZZ_EXPORT("word size " text) int refuzz_word_size_##number(void) { return (int)sizeof(place); }            \
	_Static_assert(sizeof(place) == 1 || sizeof(place) == 2 || sizeof(place) == 4 || sizeof(place) == 8,           \
		       "the word " text " has 1, 2, 4 or 8 bytes")

/* Names reach these as text or pasted, for `bool` and the name of an op may be macros. */
#define REFUZZ_OP_HEAD(text, type, function, ...)                                                                      \
	REFUZZ_EXPORT(text) type function(refuzz_object_type *counter __VA_OPT__(,) __VA_ARGS__)

/* A body need not look at the object: that of a `use` does not. */
#define REFUZZ_SCHEME_FUNCTION(type, text, name)                                                                       \
	REFUZZ_EXPORT(text) type refuzz_##name(refuzz_object_type *object __attribute__((unused)))

#define REFUZZ_SCHEME_OP(type, text, name, ...)                                                                        \
	REFUZZ_EXPORT(text)                                                                                            \
	type refuzz_##name(refuzz_object_type *object __attribute__((unused)) __VA_OPT__(,) __VA_ARGS__)

#ifdef REFUZZ_DIRECT
#include <refuzz/direct.h>
#define REFUZZ_COUNT_WORD(member)                                                                                      \
	static inline refuzz_word *refuzz_count_word(void) { return (refuzz_word *)(void *)&refuzz_object.member; }
#else
#define REFUZZ_COUNT_WORD(member)
#endif

#endif
