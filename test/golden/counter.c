/*
 * refcount-v5.5: inc-zero-value-protects
 *
 * inc on 0: atomic leaves 1; refcount/v5.5 leaves 0xC0000000, warns "addition on 0;
 * use-after-free". The reference goes wrong here and the subject stops it. Source:
 * Documentation/atomic_t.txt; include/linux/refcount.h and lib/refcount.c, v5.5 and later.
 *
 * Subject: refcount/v5.5. Reference: atomic. Start: 0.
 * Case: refcount-v5.5/inc-zero-value-protects.yaml, found by random.
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

enum { W_COUNT, WORDS };
#define THREADS 1
#define CALLS 1
#define START 0
#define OP_WIDTH 5
#define ACCESS_WIDTH 20
#define VALUES "word"
#define VALUES_WIDTH 24
#define DIVERGES "DIVERGES (inc: value, protects)"

static const char *const names[] = { "inc()" };
/* By thread: the numbers of the ops it calls. */
static const int program[THREADS][2] = {
	{ 0, -1 },
};
/* The thread of each access. The ops of the reference run one after another. */
static const int subject_schedule[] = { 0, 0 };
static const int reference_schedule[] = { 0 };

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

/* Notes an access to the word, which held "old" before. Returns that. */
static int note_word(const char *access, int word, int old)
{
	note(access, change(old, atomic_load(&words[word])).text);
	return old;
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

static int fetch_add(int word, int value, memory_order order)
{
	take_turn();
	return note_change("fetch_add(", value, ")", word,
			   atomic_fetch_add_explicit(&words[word], value, order));
}

/* The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */

static struct outcome subject_inc(void)
{
	const int r0 = fetch_add(W_COUNT, 1, memory_order_relaxed);
	if (r0 != 0)
		unrecorded(r0);
	store(W_COUNT, (int)0xC0000000, memory_order_relaxed);
	return (struct outcome){ "void", "addition on 0; use-after-free" };
}

/* The ops of the reference, likewise. */

static struct outcome reference_inc(void)
{
	const int r0 = fetch_add(W_COUNT, 1, memory_order_relaxed);
	if (r0 != 0)
		unrecorded(r0);
	return (struct outcome){ "void", "" };
}

static struct outcome (*const subject_ops[])(void) = { subject_inc };
static struct outcome (*const reference_ops[])(void) = { reference_inc };
static const struct side subject = {
	subject_ops, subject_schedule, sizeof(subject_schedule) / sizeof(int)
};
static const struct side reference = {
	reference_ops, reference_schedule, sizeof(reference_schedule) / sizeof(int)
};

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

/* Calls the ops of one thread. */
static void *run_thread(void *number)
{
	self = *(const int *)number;
	for (const int *next = program[self]; *next >= 0; next++) {
		struct outcome outcome;

		op = *next;
		opened = false;
		outcome = side->ops[op]();
		call->returned = now;
		call->outcome = outcome;
		add_to_end("= ", outcome.result);
		if (outcome.warnings[0] != '\0')
			add_to_end("!! ", outcome.warnings);
	}
	end_thread();
	return NULL;
}

/* The word when all threads were done. */
static int final;

static void run(const struct side *which)
{
	atomic_store(&words[W_COUNT], START);
	run_threads(which, THREADS, run_thread);
	for (int thread = 0; thread < THREADS; thread++)
		if (stopped[thread])
			cannot_run("the schedule ends inside an op");
	final = atomic_load(&words[W_COUNT]);
}

/* Prints the results by thread, the word and the warnings. */
static void print_summary(const char *title, int word)
{
	const char *before = ", warns: ";

	printf("%s results ", title);
	for (int thread = 0; thread < THREADS; thread++) {
		const char *comma = "";

		printf(thread > 0 ? " [" : "[");
		for (int at = 0; at < call_count; at++) {
			if (calls[at].thread != thread)
				continue;
			printf("%s%s", comma, calls[at].outcome.result);
			comma = ", ";
		}
		printf("]");
	}
	printf(", word %s", show(word).text);
	for (int at = 0; at < call_count; at++)
		before = print_warnings(before, calls[at].outcome.warnings);
	printf("\n");
}

/* Runs one op with nothing between its accesses. */
static struct outcome whole(const struct side *which, int number, int *word)
{
	struct outcome outcome;

	op = number;
	atomic_store(&words[W_COUNT], *word);
	outcome = which->ops[number]();
	*word = atomic_load(&words[W_COUNT]);
	return outcome;
}

/* The one op: its result, the word and its warnings against those of the reference. */
static bool diverges(const struct side *which)
{
	int word = START;
	const struct outcome seen = calls[0].outcome;
	const struct outcome expected = whole(&reference, calls[0].op, &word);

	(void)which;
	return strcmp(seen.result, expected.result) != 0 || final != word ||
	       strcmp(seen.warnings, expected.warnings) != 0;
}

/*
 * What the reference gives when it runs its ops one after another, in the order in which the
 * subject's were called.
 */
static void print_expected(void)
{
	int word = START;

	for (int at = 0; at < call_count; at++)
		calls[at].outcome = whole(&reference, calls[at].op, &word);
	print_summary("reference:", word);
}

static bool run_reference(void)
{
	run(&reference);
	print_summary("reference:", final);
	return diverges(&reference);
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

/* Returns whether it diverges. */
static bool run_subject(void)
{
	bool found;

	run(&subject);
	print_summary("subject:  ", final);
	found = diverges(&subject);
	print_expected();
	return found;
}

int main(int argc, char **argv)
{
	return verdict(asks_for_reference(argc, argv) ? run_reference() : run_subject());
}
