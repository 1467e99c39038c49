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

/* What refuzz_await() waits for. */
enum refuzz_condition {
	REFUZZ_EQUAL,
	REFUZZ_OTHER,
	REFUZZ_AT_LEAST,
	/* None, or any, of the bits of the operand. */
	REFUZZ_CLEAR,
	REFUZZ_SET,
};

#ifndef REFUZZ_DIRECT

/* A source that defines one of these is refused for the name in its module, so a definition must not be inlined. */
#pragma clang attribute push(__attribute__((__noinline__, __optnone__)), apply_to = function)

/* Reports misuse: two counters agree on a warning when their texts agree. */
void refuzz_warn(const char *text);

/* A lock that blocks. `lock` is the address of a word of 4 bytes, in the object or static. */
void refuzz_lock(void *lock);
void refuzz_unlock(void *lock);
/* Takes it if nobody has it. Returns 1 where it did, else 0. */
int refuzz_trylock(void *lock);
/* The same lock shared with others who do the same: nobody has it alone meanwhile. */
void refuzz_lock_shared(void *lock);
int refuzz_trylock_shared(void *lock);
void refuzz_unlock_shared(void *lock);
/* Who has it alone shares it from here on. */
void refuzz_downgrade(void *lock);
/* 0 where nobody has it, 1 where one has it alone, 2 where some share it. */
int refuzz_locked(const void *lock);
/*
 * A lock with a sequence, which counts as a writer takes it and as he lets go. Begin waits until no writer is at work, and
 * answers with the sequence; read does not wait.
 */
void refuzz_seq_lock(void *lock);
void refuzz_seq_unlock(void *lock);
int refuzz_seq_begin(const void *lock);
int refuzz_seq_read(const void *lock);

/*
 * Waits until a word of `size` bytes is as the condition says, and adds to it, in one access that cannot be made
 * before; a thread for which it never can is stuck. Returns the old value. Words are compared as signed numbers.
 */
int refuzz_await(void *word, int size, enum refuzz_condition condition, int operand, int add);

void refuzz_rcu_read_lock(void);
void refuzz_rcu_read_unlock(void);
/* Calls func(head) when every present reader has left. A null func frees the object. */
void refuzz_call_rcu(void *head, void (*func)(void *));

/*
 * What runs later: a work or a timer, in the object or static, with the function that runs with its address when it is armed.
 * To say which makes no access. Each function has a thread of its own.
 */
void refuzz_init_work(void *work, void (*func)(void *));
void refuzz_init_timer(void *timer, void (*func)(void *));
/* Returns whether it was armed. What lies in the object is touched by this, and by the calls below. */
int refuzz_arm(void *item);
/* Disarms it; returns whether it was armed. `how` is nothing of the below, or some. */
int refuzz_cancel(void *item, int how);
/* Only while the function does not run. */
#define REFUZZ_WHILE_IDLE 1
/* Arming does nothing from here on; or until it is enabled as often as it was disabled. */
#define REFUZZ_SHUT 2
#define REFUZZ_DISABLE 4
/* Enables it again, and disarms nothing. */
#define REFUZZ_ENABLE 8
/* 1 while it is armed, and 2 more while it runs. */
int refuzz_armed(const void *item);
/* Notes the run that is due, or under way, and returns whether there is one; waits until it is over. */
int refuzz_flush_begin(void *item);
void refuzz_flush_end(void *item);

/* Readers of another domain than RCU's: an srcu_struct, in the object or static. NULL is RCU itself in the calls below. */
void refuzz_init_srcu(void *srcu);
void refuzz_srcu_read_lock(void *srcu);
void refuzz_srcu_read_unlock(void *srcu);
void refuzz_call_srcu(void *srcu, void *head, void (*func)(void *));
/* Notes who is in a read section; waits until all of them have left. */
void refuzz_synchronize_begin(void *srcu);
void refuzz_synchronize_end(void *srcu);
/* The same of the callbacks that are queued, or run. */
int refuzz_barrier_begin(void *srcu);
void refuzz_barrier_end(void *srcu);

/*
 * Comes into the queue of sleepers at a place; sleeps until the place is woken, if it has not been since; leaves the queue
 * without sleeping. Waking wakes all.
 */
void refuzz_sleep_begin(const void *place);
void refuzz_sleep(void);
void refuzz_sleep_end(const void *place);
void refuzz_wake_sleepers(const void *place);

/*
 * Reads the object's payload, and writes it: a use after free, if it has been freed. A read and a write of two threads, or two
 * writes, that no memory order puts one after the other are a race.
 */
void refuzz_use(void);
void refuzz_write(void);
/* Ends the object's life. */
void refuzz_free(void);
/*
 * Where a state is set up: the object, zeroed, if it is of this size, or if that is 0; else REFUZZ_BESIDE, as long as there are
 * pieces of memory beside it, see linux/slab.h. In an op NULL. No access.
 */
#define REFUZZ_BESIDE ((void *)1)
void *refuzz_allocate(unsigned int size);
/*
 * A resource that is started and stopped rather than freed, by first on and last off: it runs from here on, or no more.
 * refuzz_use() works with it. An object that is also freed calls refuzz_free() beside these.
 */
void refuzz_start(void);
void refuzz_stop(void);
/*
 * The number of the calling thread, from 0 on; in what RCU calls back, of the thread that queued it. Who asks can tell threads
 * apart, so none are taken for alike then, and a search has several times as many programs.
 */
int refuzz_thread(void);
/* No access: stops an op that is about to free what is not the object. */
void refuzz_check_object(const void *object);
/* What an unlock does last: an access, as refuzz_use() is, where this lies in the object; else nothing. */
void refuzz_touch(const void *place);

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
/* The same of a kind with a name, and its argument: see refuzz_holds() in refuzz.h. */
void refuzz_hold_of(int thread, const char *kind, int argument);

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
static inline int refuzz_trylock(void *lock) { (void)lock; __builtin_trap(); }
static inline void refuzz_lock_shared(void *lock) { (void)lock; __builtin_trap(); }
static inline int refuzz_trylock_shared(void *lock) { (void)lock; __builtin_trap(); }
static inline void refuzz_unlock_shared(void *lock) { (void)lock; __builtin_trap(); }
static inline void refuzz_downgrade(void *lock) { (void)lock; __builtin_trap(); }
static inline int refuzz_locked(const void *lock) { (void)lock; __builtin_trap(); }
static inline void refuzz_seq_lock(void *lock) { (void)lock; __builtin_trap(); }
static inline void refuzz_seq_unlock(void *lock) { (void)lock; __builtin_trap(); }
static inline int refuzz_seq_begin(const void *lock) { (void)lock; __builtin_trap(); }
static inline int refuzz_seq_read(const void *lock) { (void)lock; __builtin_trap(); }
static inline int refuzz_await(void *word, int size, enum refuzz_condition condition, int operand, int add)
{
	(void)word, (void)size, (void)condition, (void)operand, (void)add;
	__builtin_trap();
}
static inline void refuzz_rcu_read_lock(void) { __builtin_trap(); }
static inline void refuzz_rcu_read_unlock(void) { __builtin_trap(); }
static inline void refuzz_call_rcu(void *head, void (*func)(void *)) { (void)head; (void)func; __builtin_trap(); }
static inline void refuzz_init_work(void *work, void (*func)(void *)) { (void)work; (void)func; __builtin_trap(); }
static inline void refuzz_init_timer(void *timer, void (*func)(void *)) { (void)timer; (void)func; __builtin_trap(); }
static inline int refuzz_arm(void *item) { (void)item; __builtin_trap(); }
static inline int refuzz_cancel(void *item, int how) { (void)item; (void)how; __builtin_trap(); }
static inline int refuzz_armed(const void *item) { (void)item; __builtin_trap(); }
static inline int refuzz_flush_begin(void *item) { (void)item; __builtin_trap(); }
static inline void refuzz_flush_end(void *item) { (void)item; __builtin_trap(); }
static inline void refuzz_init_srcu(void *srcu) { (void)srcu; __builtin_trap(); }
static inline void refuzz_srcu_read_lock(void *srcu) { (void)srcu; __builtin_trap(); }
static inline void refuzz_srcu_read_unlock(void *srcu) { (void)srcu; __builtin_trap(); }
static inline void refuzz_call_srcu(void *srcu, void *head, void (*func)(void *))
{
	(void)srcu, (void)head, (void)func;
	__builtin_trap();
}
static inline void refuzz_synchronize_begin(void *srcu) { (void)srcu; __builtin_trap(); }
static inline void refuzz_synchronize_end(void *srcu) { (void)srcu; __builtin_trap(); }
static inline int refuzz_barrier_begin(void *srcu) { (void)srcu; __builtin_trap(); }
static inline void refuzz_barrier_end(void *srcu) { (void)srcu; __builtin_trap(); }
static inline void refuzz_sleep_begin(const void *place) { (void)place; __builtin_trap(); }
static inline void refuzz_sleep(void) { __builtin_trap(); }
static inline void refuzz_sleep_end(const void *place) { (void)place; __builtin_trap(); }
static inline void refuzz_wake_sleepers(const void *place) { (void)place; __builtin_trap(); }
static inline void refuzz_use(void) { __builtin_trap(); }
static inline void refuzz_write(void) { __builtin_trap(); }
static inline void refuzz_free(void) { __builtin_trap(); }
static inline void *refuzz_allocate(unsigned int size) { (void)size; return (void *)0; }
static inline void refuzz_start(void) { __builtin_trap(); }
static inline void refuzz_stop(void) { __builtin_trap(); }
static inline int refuzz_thread(void) { __builtin_trap(); }
static inline void refuzz_check_object(const void *object) { (void)object; }
static inline void refuzz_touch(const void *place) { (void)place; }
static inline void refuzz_link(int place) { (void)place; __builtin_trap(); }
static inline int refuzz_linked(void) { __builtin_trap(); }
static inline void refuzz_idle_note(void) { __builtin_trap(); }
static inline void refuzz_idle_clear(void) { __builtin_trap(); }
static inline int refuzz_idle_check(void) { __builtin_trap(); }
static inline void refuzz_hold(int thread) { (void)thread; __builtin_trap(); }
static inline void refuzz_read_section(int thread) { (void)thread; __builtin_trap(); }
static inline void refuzz_hold_of(int thread, const char *kind, int argument)
{
	(void)thread; (void)kind; (void)argument;
	__builtin_trap();
}

#endif
#endif
