/*
 * inet-peer-naive-gc: gc-zero-lifetime-breaks
 *
 * Starting from one, inet-peer-naive-gc lets gc do harm: freed-while-held. Only the
 * subject lets this happen to the object. Source: net/ipv4/inetpeer.c, before and after
 * v4.13.
 *
 * Subject: inet-peer-naive-gc. Reference: inet-peer. Start: state one.
 * Case: inet-peer-naive-gc/gc-zero-lifetime-breaks.yaml, found by random.
 *
 * Build:  cc -std=c11 -pthread -Wall -Wextra -o repro repro.c
 * Run:    ./repro
 *
 * The threads make their accesses one after another, in the order of the schedule; every access is printed.
 * Exit code 1: the divergence shows. 0: it does not. 2: it cannot be run, or took a path that was not recorded.
 * With --reference the ops of the reference run instead; nothing diverges then.
 * Limits: sequentially consistent, one thread at a time; this program and this schedule only.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * GET: "granted" makes the caller a holder. ENTER: of the RCU section. PUT, USE: only by a holder.
 */
enum role { GET, ENTER, PUT, USE, OTHER };

/*
 * What decides: the facts of the object's life, the warnings, or the results of all threads after
 * each op.
 */
enum compared { FACTS, WARNINGS, RESULTS };

enum { W_COUNT, W_LIST, W_LOCK, WORDS };
#define THREADS 1
#define SLOTS 5
#define CALLS 9
#define COMPARED FACTS
#define OPS_TO_MAKE 1
#define OP_WIDTH 8
#define ACCESS_WIDTH 20
#define VALUES "values"
#define VALUES_WIDTH 26
#define DIVERGES "DIVERGES (gc: lifetime, breaks; inet-peer-naive-gc from one)"

static const char *const word_names[] = { "count", "list", "lock" };
static const bool in_object[] = { true, false, false };
static const char *const names[] = { "gc()", "callback" };
enum { CALLBACK = 1 };
static const enum role roles[] = { OTHER };
/* By thread: the numbers of the ops it calls. */
static const int program[THREADS][2] = {
	{ 0, -1 },
};
/* The thread of each access; the number after the last one is RCU. The reference runs without preemptions. */
static const int subject_schedule[] = { 0, 0, 0, 0, 0, 0, 1, 1 };
static const int reference_schedule[] = { 0, 0, 0, 0 };

/*
 * All facts of the object that the reference can give. Recorded, because they come from
 * every schedule of the reference, which cannot be explored again here.
 */
static const char *const allowed[] = {
	NULL,
};

/* What can go wrong in the life of an object. */
enum fact {
	USE_AFTER_FREE,
	DOUBLE_FREE,
	FREED_WHILE_HELD,
	RESURRECTION,
	LEAK,
	STUCK,
	CRASH,
	FACT_COUNT
};
static const char *const fact_names[] = {
	[USE_AFTER_FREE] = "use-after-free",
	[DOUBLE_FREE] = "double-free",
	[FREED_WHILE_HELD] = "freed-while-held",
	[RESURRECTION] = "resurrection",
	[LEAK] = "leak",
	[STUCK] = "stuck",
	[CRASH] = "crash",
};

/* The object that the scheme counts references to. Only the thread that has the turn touches it. */
static struct {
	bool facts[FACT_COUNT];
	/* How often it was freed. */
	int freed;
	/*
	 * Callbacks queued by call_rcu, the readers they wait for (a bit each), and whether one is
	 * running.
	 */
	int pending;
	unsigned int call_waits;
	bool calling;
	/*
	 * Whether idleness was noted, and the readers of then that are still inside (a bit each).
	 */
	bool noted;
	unsigned int note_waits;
	/* By thread: references held, and RCU read sections that it is inside of. */
	int held[SLOTS];
	int inside[SLOTS];
	/* Ops that the threads still have to make, and whether any has warned. */
	int left;
	bool warned;
	/* By thread: it waits for a lock. */
	bool blocked[THREADS + 1];
} object;

/* What an op gave: its result as text, and its warnings, one a line. */
struct outcome {
	const char *result;
	const char *warnings;
};

/*
 * A side of the comparison: its ops by number, and its schedule, which is the thread of each
 * access.
 */
struct side {
	struct outcome (*const *ops)(void);
	const int *schedule;
	int length;
};

/* One call of an op. It was called and it returned after so many accesses of the run. */
struct call {
	int thread;
	int op;
	int called;
	int returned;
	struct outcome outcome;
};

/* The calls of a side, in the order in which they were made. */
static struct call calls[CALLS];
static int call_count;
/* The call of this thread. */
static _Thread_local struct call *call;

/* Exit code 2: no verdict. */
static _Noreturn void cannot_run(const char *why)
{
	fflush(stdout);
	fprintf(stderr, "cannot run: %s\n", why);
	exit(2);
}

struct shown {
	char text[16];
};

/* A value as the table shows it: small ones in decimal, others so that their bits can be read. */
static struct shown show(int value)
{
	struct shown shown;

	if (value >= -4096 && value <= 4096)
		snprintf(shown.text, sizeof(shown.text), "%d", value);
	else
		snprintf(shown.text, sizeof(shown.text), "0x%08X", (unsigned int)value);
	return shown;
}

/*
 * Prints the warnings of an op on the line, if there are any. Returns what to print before the next
 * ones.
 */
static const char *print_warnings(const char *before, const char *text)
{
	if (text[0] == '\0')
		return before;
	fputs(before, stdout);
	for (; *text != '\0'; text++)
		fputs(*text == '\n' ? "; " : (char[]){ *text, '\0' }, stdout);
	return "; ";
}

/*
 * The threads are real and take turns. A thread waits before each access until the schedule names
 * it; it then has the turn until its next access, so that all it does in between happens at once as
 * far as the others can see.
 */
static const struct side *side;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
/* The accesses made so far: the place in the schedule. */
static int now;

/*
 * The number of this thread in the program. The main thread, which runs whole ops to judge, has
 * none.
 */
static _Thread_local int self = -1;
static _Thread_local bool has_turn;
/* The op that is being called, and whether it has made an access. */
static _Thread_local int op;
static _Thread_local bool opened;

/* By thread: it was stopped inside an op, because the schedule is over. */
static bool stopped[THREADS + 1];

/* An access as it is printed. Only the thread that has the turn touches it. */
struct row {
	const char *op;
	char access[64];
	char values[64];
	char end[320];
};

static struct row row;

static void print_row(const char *thread, const struct row *columns)
{
	char line[640];
	size_t length;

	snprintf(line, sizeof(line), "%-6s  %-*s  %-*s  %-*s  %s", thread, OP_WIDTH, columns->op,
		 ACCESS_WIDTH, columns->access, VALUES_WIDTH, columns->values, columns->end);
	for (length = strlen(line); length > 0 && line[length - 1] == ' '; length--)
		line[length - 1] = '\0';
	puts(line);
}

static void pass_turn(void)
{
	if (!has_turn)
		return;
	has_turn = false;
	print_row(self == THREADS ? "RCU" : show(self).text, &row);
	pthread_mutex_lock(&mutex);
	now++;
	pthread_cond_broadcast(&turned);
	pthread_mutex_unlock(&mutex);
}

/* Waits until the schedule names this thread. Returns false when the schedule is over. */
static bool wait_for_turn(void)
{
	pass_turn();
	pthread_mutex_lock(&mutex);
	while (now < side->length && side->schedule[now] != self)
		pthread_cond_wait(&turned, &mutex);
	has_turn = now < side->length;
	pthread_mutex_unlock(&mutex);
	return has_turn;
}

static _Noreturn void stop(void)
{
	/* RCU never ends by itself: it may be stopped between two callbacks. */
	stopped[self] = self < THREADS || opened;
	pthread_exit(NULL);
}

static void take_turn(void)
{
	if (self >= 0 && !wait_for_turn())
		stop();
}

/* The ops below hold the branches that this case takes, and no others. */
static _Noreturn void unrecorded(int result)
{
	char why[256];

	snprintf(why, sizeof(why), "%s took a path that was not recorded after reading %d",
		 names[op], result);
	cannot_run(why);
}

static void open_call(void)
{
	opened = true;
	call = &calls[call_count++];
	*call = (struct call){ self, op, now, -1, { "", "" } };
	/* A hold ends when the put begins: from then on the thread may not rely on the object. */
	if (self < THREADS && roles[op] == PUT)
		object.held[self]--;
}

/* Puts an access into the table. A call begins with its first access. */
static void note(const char *access, const char *values)
{
	if (self < 0)
		return;
	row.op = opened ? "" : names[op];
	if (!opened)
		open_call();
	snprintf(row.access, sizeof(row.access), "%s", access);
	snprintf(row.values, sizeof(row.values), "%s", values);
	row.end[0] = '\0';
}

/* Puts a result, a warning or a fact behind the access. */
static void add_to_end(const char *before, const char *text)
{
	const size_t used = strlen(row.end);

	snprintf(row.end + used, sizeof(row.end) - used, "%s%s%s", used > 0 ? "  " : "", before,
		 text);
	for (char *at = row.end; *at != '\0'; at++)
		if (*at == '\n')
			*at = ';';
}

/* Notes a fact about the object's life behind the access that brought it about. */
static void note_fact(enum fact fact)
{
	if (!object.facts[fact] && self >= 0)
		add_to_end("!! ", fact_names[fact]);
	object.facts[fact] = true;
}

/* The shared memory of the ops. */
static atomic_int words[WORDS];

struct change {
	char text[40];
};

/* What an access did to a word: "1" if it left it as it was, "1 -> 2" if it did not. */
static struct change change(int old, int value)
{
	struct change change;

	if (value == old)
		snprintf(change.text, sizeof(change.text), "%s", show(old).text);
	else
		snprintf(change.text, sizeof(change.text), "%s -> %s", show(old).text,
			 show(value).text);
	return change;
}

/* An access to a word that lies in the object. */
static void touch(int word)
{
	if (in_object[word] && object.freed > 0)
		note_fact(USE_AFTER_FREE);
}

/* Notes an access to a word, which held "old" before. Returns that. */
static int note_word(const char *access, int word, int old)
{
	char values[64];

	snprintf(values, sizeof(values), "%.20s %s", word_names[word],
		 change(old, atomic_load(&words[word])).text);
	note(access, values);
	touch(word);
	return old;
}

static int load(int word, memory_order order)
{
	take_turn();
	return note_word("load", word, atomic_load_explicit(&words[word], order));
}

/* Notes an access that has an operand. */
static int note_change(const char *access, int value, const char *close, int word, int old)
{
	char text[48];

	snprintf(text, sizeof(text), "%s%s%s", access, show(value).text, close);
	return note_word(text, word, old);
}

static void store(int word, int value, memory_order order)
{
	int old;

	take_turn();
	old = atomic_load(&words[word]);
	atomic_store_explicit(&words[word], value, order);
	note_change("store ", value, "", word, old);
}

static int compare_exchange(int word, int expected, int desired, memory_order order)
{
	int old = expected;
	char text[48];

	take_turn();
	atomic_compare_exchange_strong_explicit(&words[word], &old, desired, order,
						memory_order_relaxed);
	snprintf(text, sizeof(text), "cmpxchg(%s, %s)", show(expected).text, show(desired).text);
	return note_word(text, word, old);
}

struct lock_name {
	char text[32];
};

/* One lock is the lock; others have names. */
static struct lock_name lock_name(int word)
{
	struct lock_name name = { "" };

	if (strcmp(word_names[word], "lock") != 0)
		snprintf(name.text, sizeof(name.text), " %.20s", word_names[word]);
	return name;
}

static void lock(int word)
{
	char text[48];
	int free_lock = 0;

	if (!wait_for_turn()) {
		object.blocked[self] = atomic_load(&words[word]) != 0;
		stop();
	}
	if (!atomic_compare_exchange_strong(&words[word], &free_lock, 1))
		cannot_run("a thread waits for a lock that another one has");
	snprintf(text, sizeof(text), "lock%s", lock_name(word).text);
	note(text, "");
	touch(word);
}

static void unlock(int word)
{
	char text[48];

	take_turn();
	atomic_store(&words[word], 0);
	snprintf(text, sizeof(text), "unlock%s", lock_name(word).text);
	note(text, "");
	touch(word);
}

/* Threads inside an RCU read section, a bit each. */
static unsigned int readers(void)
{
	unsigned int bits = 0;

	for (int thread = 0; thread < SLOTS; thread++)
		if (object.inside[thread] > 0)
			bits |= 1u << thread;
	return bits;
}

static void call_rcu(void)
{
	take_turn();
	note("call_rcu", "");
	if (object.freed > 0)
		note_fact(USE_AFTER_FREE);
	if (object.pending > 0)
		note_fact(DOUBLE_FREE);
	object.pending++;
	object.call_waits |= readers();
}

static void begin_callback(void)
{
	take_turn();
	if (object.pending == 0 || object.call_waits != 0)
		cannot_run("the grace period is not over");
	object.pending--;
	object.calling = true;
	note("grace period is over", "");
}

static bool is_held(void)
{
	for (int thread = 0; thread < SLOTS; thread++)
		if (object.held[thread] > 0)
			return true;
	return false;
}

static void free_object(void)
{
	take_turn();
	note("free", "");
	if (object.freed > 0)
		note_fact(DOUBLE_FREE);
	else if (is_held())
		note_fact(FREED_WHILE_HELD);
	object.freed++;
}

/* The state in which a side begins. */
struct start {
	int words[WORDS];
	/* Idleness was noted. */
	bool noted;
	/* By thread: references held, and RCU read sections that it is inside of. */
	int held[SLOTS];
	int inside[SLOTS];
};

/* The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */

static struct outcome subject_gc(void)
{
	lock(W_LOCK);
	const int r0 = load(W_LIST, memory_order_relaxed);
	if (r0 != 1)
		unrecorded(r0);
	const int r1 = compare_exchange(W_COUNT, 1, 0, memory_order_release);
	if (r1 != 1)
		unrecorded(r1);
	store(W_LIST, 0, memory_order_release);
	call_rcu();
	unlock(W_LOCK);
	return (struct outcome){ "granted", "" };
}

static struct outcome subject_callback(void)
{
	begin_callback();
	free_object();
	return (struct outcome){ "void", "" };
}

/* The ops of the reference, likewise. */

static struct outcome reference_gc(void)
{
	lock(W_LOCK);
	const int r0 = load(W_LIST, memory_order_relaxed);
	if (r0 != 1)
		unrecorded(r0);
	const int r1 = load(W_COUNT, memory_order_relaxed);
	if (r1 != 1)
		unrecorded(r1);
	unlock(W_LOCK);
	return (struct outcome){ "refused", "" };
}

static struct outcome (*const subject_ops[])(void) = { subject_gc, subject_callback };
static struct outcome (*const reference_ops[])(void) = { reference_gc, NULL };
static const struct side subject = {
	subject_ops, subject_schedule, sizeof(subject_schedule) / sizeof(int)
};
static const struct side reference = {
	reference_ops, reference_schedule, sizeof(reference_schedule) / sizeof(int)
};

/* The state one. The list: 0 nowhere, 1 the live structure, 2 the trash. */
static const struct start subject_start = {
	.words = { [W_COUNT] = 1, [W_LIST] = 1, [W_LOCK] = 0 },
	.noted = false,
	.held = { 1, 0, 0, 0 },
	.inside = { 0, 0, 0, 0 },
};
static const struct start reference_start = {
	.words = { [W_COUNT] = 1, [W_LIST] = 1, [W_LOCK] = 0 },
	.noted = false,
	.held = { 1, 0, 0, 0 },
	.inside = { 0, 0, 0, 0 },
};

static bool is_allowed(const char *text)
{
	for (size_t at = 0; at < sizeof(allowed) / sizeof(allowed[0]); at++)
		if (allowed[at] != NULL && strcmp(allowed[at], text) == 0)
			return true;
	return false;
}

/* What was seen and the reference never gives, each once. */
static char strange[8][700];
static int strange_count;

/* Compares one of the things that decide with those allowed; several lines are so many things. */
static void look_at(const char *text)
{
	const char *next = strchr(text, '\n');

	if (next != NULL) {
		char first[160];

		snprintf(first, sizeof(first), "%.*s", (int)(next - text), text);
		look_at(first);
		look_at(next + 1);
		return;
	}
	if (is_allowed(text) || strange_count == 8)
		return;
	for (int at = 0; at < strange_count; at++)
		if (strcmp(strange[at], text) == 0)
			return;
	snprintf(strange[strange_count++], sizeof(strange[0]), "%s", text);
}

/* By thread: the results so far, and how many ops that is. */
static char results[THREADS][160];
static int done[THREADS];

/* The results of all threads at this moment. */
static void vector_now(char *text, size_t size)
{
	text[0] = '\0';
	for (int thread = 0; thread < THREADS; thread++) {
		const size_t used = strlen(text);

		snprintf(text + used, size - used, "%s%s", thread > 0 ? " | " : "",
			 results[thread]);
	}
}

/*
 * Adds a result of this thread. The run has begun, except for ops that are skipped before it does.
 */
static void push(const char *result, bool has_begun)
{
	const size_t used = strlen(results[self]);

	snprintf(results[self] + used, sizeof(results[self]) - used, "%s%s", used > 0 ? ", " : "",
		 result);
	done[self]++;
	if (!has_begun)
		return;
	object.left--;
	if (COMPARED == RESULTS) {
		char vector[700];

		vector_now(vector, sizeof(vector));
		look_at(vector);
	}
}

/* Ends a thread that has made its ops. */
static void end_thread(void)
{
	for (int at = now + 1; has_turn && at < side->length; at++)
		if (side->schedule[at] == self)
			cannot_run("a thread has no op left");
	pass_turn();
}

/* Runs a side on so many real threads, which take turns as its schedule says. */
static void run_threads(const struct side *which, int count, void *(*run_thread)(void *))
{
	static const struct row head = { "op", "access", VALUES, "" };
	static int numbers[THREADS + 1];
	pthread_t threads[THREADS + 1];

	side = which;
	now = 0;
	call_count = 0;
	print_row("thread", &head);
	for (int thread = 0; thread < count; thread++) {
		numbers[thread] = thread;
		if (pthread_create(&threads[thread], NULL, run_thread, &numbers[thread]) != 0)
			cannot_run("no thread can be made");
	}
	for (int thread = 0; thread < count; thread++)
		pthread_join(threads[thread], NULL);
	printf("\n");
}

/* A put or a use by a thread that holds nothing is not made. */
static void skip_void(bool has_begun)
{
	for (;;) {
		const int next = program[self][done[self]];

		if (next < 0 || (roles[next] != PUT && roles[next] != USE) || object.held[self] > 0)
			return;
		push("void", has_begun);
	}
}

/*
 * Unlinked, held by nobody, not freed, and nobody is going to free it. A scheme that warned has
 * said so.
 */
static void note_leak(void)
{
	if (object.left > 0 || object.warned)
		return;
	if (atomic_load(&words[W_LIST]) == 0 && !is_held() && object.pending == 0 &&
	    object.freed == 0 && !object.calling)
		note_fact(LEAK);
}

/* What the result of an op means for the object. */
static void complete(enum role role, const char *result)
{
	const bool granted = strcmp(result, "granted") == 0;

	if (granted && (role == GET || role == ENTER)) {
		object.held[self]++;
		if (role == GET && (object.freed > 0 || object.pending > 0))
			note_fact(RESURRECTION);
	}
	if (!granted && strcmp(result, "refused") != 0 && strcmp(result, "void") != 0) {
		note_fact(CRASH);
		result = "void";
	}
	push(result, true);
	skip_void(true);
}

static void run_op(int next)
{
	struct outcome outcome;

	op = next;
	opened = false;
	outcome = side->ops[op]();
	call->returned = now;
	call->outcome = outcome;
	if (self < THREADS)
		add_to_end("= ", outcome.result);
	if (outcome.warnings[0] != '\0') {
		add_to_end("!! ", outcome.warnings);
		object.warned = true;
	}
	if (self < THREADS) {
		complete(roles[op], outcome.result);
	} else {
		object.calling = false;
		if (strcmp(outcome.result, "void") != 0)
			note_fact(CRASH);
	}
	note_leak();
}

/* The last thread is RCU, whose only op is the callback. */
static void *run_thread(void *number)
{
	self = *(const int *)number;
	while (self == THREADS)
		run_op(CALLBACK);
	while (program[self][done[self]] >= 0)
		run_op(program[self][done[self]]);
	end_thread();
	return NULL;
}

static bool asks_for_reference(int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--reference") != 0))
		cannot_run("the only flag is --reference");
	return argc == 2;
}

/* Prints the verdict and turns it into the exit code. */
static int verdict(bool found)
{
	printf("%s\n", found ? DIVERGES : "agrees");
	return found ? 1 : 0;
}

static void put_at_start(const struct start *start)
{
	for (int word = 0; word < WORDS; word++)
		atomic_store(&words[word], start->words[word]);
	object.noted = start->noted;
	for (int thread = 0; thread < SLOTS; thread++) {
		object.held[thread] = start->held[thread];
		object.inside[thread] = start->inside[thread];
	}
	object.left = OPS_TO_MAKE;
	for (self = 0; self < THREADS; self++)
		skip_void(false);
	self = -1;
}

/* RCU is a thread where the schedule names it. */
static int thread_count(const struct side *which)
{
	for (int at = 0; at < which->length; at++)
		if (which->schedule[at] == THREADS)
			return THREADS + 1;
	return THREADS;
}

/*
 * The schedule may end with threads that wait for each other's locks. Half an op would make no
 * verdict.
 */
static void check_end(void)
{
	bool is_early = false;

	for (int thread = 0; thread <= THREADS; thread++) {
		if (stopped[thread] && !object.blocked[thread])
			cannot_run("the schedule ends inside an op");
		is_early |= stopped[thread];
	}
	if (is_early)
		note_fact(STUCK);
}

static void print_warned(void)
{
	const char *before = "";

	printf("warnings: ");
	for (int at = 0; at < call_count; at++) {
		before = print_warnings(before, calls[at].outcome.warnings);
		if (COMPARED == WARNINGS && calls[at].outcome.warnings[0] != '\0')
			look_at(calls[at].outcome.warnings);
	}
	printf("%s\n", before[0] == '\0' ? "none" : "");
}

static void print_facts(void)
{
	const char *before = "";

	printf("facts:    ");
	for (int fact = 0; fact < FACT_COUNT; fact++) {
		if (!object.facts[fact])
			continue;
		printf("%s%s", before, fact_names[fact]);
		before = ", ";
		if (COMPARED == FACTS)
			look_at(fact_names[fact]);
	}
	printf("%s\n", before[0] == '\0' ? "none" : "");
}

/* Returns whether it diverges: something is seen that the reference gives in no schedule. */
static bool run(const struct side *which, const struct start *start)
{
	char vector[700];

	put_at_start(start);
	run_threads(which, thread_count(which), run_thread);
	check_end();
	vector_now(vector, sizeof(vector));
	printf("results:  %s\n", vector);
	print_warned();
	print_facts();
	for (int at = 0; at < strange_count; at++)
		printf("the reference never gives: %s\n", strange[at]);
	return strange_count > 0;
}

int main(int argc, char **argv)
{
	return verdict(asks_for_reference(argc, argv) ? run(&reference, &reference_start)
						      : run(&subject, &subject_start));
}
