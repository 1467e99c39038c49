/*
 * What C code asks of refuzz while it runs. The kernel's functions of linux/….h end here: kfree() in refuzz_free(),
 * spin_lock() in refuzz_lock(). Code of your own may call them as well; each is one access, a point where another
 * thread may come between, except for refuzz_warn() and where it says otherwise.
 */
#ifndef REFUZZ_HOST_H
#define REFUZZ_HOST_H

/* A scheme's object is linked in one of these places, or nowhere. */
#define REFUZZ_NOWHERE 0
#define REFUZZ_LIVE 1
#define REFUZZ_TRASH 2

/* Answers of refuzz_idle_check(). */
#define REFUZZ_NOT_NOTED 0
#define REFUZZ_WAITING 1
#define REFUZZ_GRACE_OVER 2

#ifndef REFUZZ_DIRECT

/* A source that defines one of these is refused for the name in its module, so a definition must not be inlined. */
#pragma clang attribute push(__attribute__((__noinline__, __optnone__)), apply_to = function)

/* Reports misuse: two counters agree on a warning when their texts agree. */
void refuzz_warn(const char *text);

/* A lock that blocks. `lock` is the address of a word declared with REFUZZ_WORD or REFUZZ_FIELD. */
void refuzz_lock(void *lock);
void refuzz_unlock(void *lock);

void refuzz_rcu_read_lock(void);
void refuzz_rcu_read_unlock(void);
/* Calls func(head) when every present reader has left. A null func frees the object. */
void refuzz_call_rcu(void *head, void (*func)(void *));

/* Reads or writes the object's payload: a use after free, if it has been freed. */
void refuzz_use(void);
/* Ends the object's life. */
void refuzz_free(void);
/* Where a state is set up: the object, zeroed, if it is of this size, or if that is 0. In an op NULL. No access. */
void *refuzz_allocate(unsigned int size);
/* No access: stops an op that is about to free what is not the object. */
void refuzz_check_object(const void *object);
/* What an unlock or a wake-up does last: an access, as refuzz_use() is, where this lies in the object; else nothing. */
void refuzz_touch(const void *place);
/* Wakes a wait queue: one more, where it is a declared word; else as refuzz_touch(). */
void refuzz_wake(void *queue);
/* How often a wait queue has been woken; -1, and no access, where it is no declared word. */
int refuzz_wake_ups(const void *queue);

/* Links the object at a place, or takes it out (REFUZZ_NOWHERE). It stands for the list, tree or table around it. */
void refuzz_link(int place);
int refuzz_linked(void);

/* "First seen unused at": notes it now, and with it a grace period begins; forgets it; asks. */
void refuzz_idle_note(void);
void refuzz_idle_clear(void);
int refuzz_idle_check(void);

/* In a REFUZZ_STATE only: this thread (0 to 3) holds a reference, or is in an RCU read section, at the start. */
void refuzz_hold(int thread);
void refuzz_read_section(int thread);

#pragma clang attribute pop

#else

/*
 * The direct build has no host to call: it notes a warning as a number, which is the address of the text. For an op that
 * warns more than once it is the number of a list, with the upper bit set; lists are kept in a table, each once, a row
 * being a count and the addresses. 0 is none. All of it is a thread's own: on one memory, threads have an instance each.
 */
#define REFUZZ_LISTS 64
#define REFUZZ_LIST_LENGTH 8
#define REFUZZ_NO_LIST 0xffffffffu

static _Thread_local unsigned int refuzz_warned;
static _Thread_local unsigned int refuzz_list[REFUZZ_LIST_LENGTH];
static _Thread_local unsigned int refuzz_lists[REFUZZ_LISTS][REFUZZ_LIST_LENGTH];

__attribute__((export_name("warning lists"))) void *refuzz_warning_lists(void)
{
	return refuzz_lists;
}

__attribute__((export_name("warned"))) void *refuzz_warned_address(void)
{
	return &refuzz_warned;
}

static inline unsigned int refuzz_list_number(void)
{
	for (unsigned int row = 0; row < REFUZZ_LISTS; row++) {
		unsigned int at = 0;

		if (refuzz_lists[row][0] == 0)
			for (unsigned int i = 0; i < REFUZZ_LIST_LENGTH; i++)
				refuzz_lists[row][i] = refuzz_list[i];
		while (at <= refuzz_list[0] && refuzz_lists[row][at] == refuzz_list[at])
			at++;
		if (at > refuzz_list[0])
			return 0x80000000u | row;
	}
	return REFUZZ_NO_LIST;
}

static inline void refuzz_warn(const char *text)
{
	unsigned int number = (unsigned int)(__UINTPTR_TYPE__)text;

	if (refuzz_warned == 0)
		refuzz_list[0] = 0;
	if (refuzz_warned == REFUZZ_NO_LIST || refuzz_list[0] == REFUZZ_LIST_LENGTH - 1) {
		refuzz_warned = REFUZZ_NO_LIST;
		return;
	}
	refuzz_list[++refuzz_list[0]] = number;
	refuzz_warned = refuzz_list[0] == 1 ? number : refuzz_list_number();
}

/* Only counters are built so. Functions around a counter that need more, such as dec_and_lock, compile but cannot run. */
static inline void refuzz_lock(void *lock) { (void)lock; __builtin_trap(); }
static inline void refuzz_unlock(void *lock) { (void)lock; __builtin_trap(); }
static inline void refuzz_rcu_read_lock(void) { __builtin_trap(); }
static inline void refuzz_rcu_read_unlock(void) { __builtin_trap(); }
static inline void refuzz_call_rcu(void *head, void (*func)(void *)) { (void)head; (void)func; __builtin_trap(); }
static inline void refuzz_use(void) { __builtin_trap(); }
static inline void refuzz_free(void) { __builtin_trap(); }
static inline void *refuzz_allocate(unsigned int size) { (void)size; return (void *)0; }
static inline void refuzz_check_object(const void *object) { (void)object; }
static inline void refuzz_touch(const void *place) { (void)place; }
static inline void refuzz_wake(void *queue) { (void)queue; }
static inline int refuzz_wake_ups(const void *queue) { (void)queue; return -1; }
static inline void refuzz_link(int place) { (void)place; __builtin_trap(); }
static inline int refuzz_linked(void) { __builtin_trap(); }
static inline void refuzz_idle_note(void) { __builtin_trap(); }
static inline void refuzz_idle_clear(void) { __builtin_trap(); }
static inline int refuzz_idle_check(void) { __builtin_trap(); }
static inline void refuzz_hold(int thread) { (void)thread; __builtin_trap(); }
static inline void refuzz_read_section(int thread) { (void)thread; __builtin_trap(); }

#endif
#endif
