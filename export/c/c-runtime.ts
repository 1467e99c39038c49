import { Access } from '../../fuzz/run/access.ts';
import { FACT_NAMES } from '../../oracles/lifetime.ts';
import { cString } from '../reproduce/source-text.ts';

/** The part of an exported C program that is the same for every case. Only what is used is written out. */

export const INCLUDES = `#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
`;

/** Above the ops: the words, the turns, the table of accesses. */
export const TURNS = `/* What an op gave: its result as text, and what it warned of, a line each. */
struct outcome {
	const char *result;
	const char *warnings;
};

/* A side: its ops by number, and the thread of each access. */
struct side {
	struct outcome (*const *ops)(void);
	const int *schedule;
	int length;
};

/* One call of an op, with when it was called and when it returned, in accesses. */
struct call {
	int thread;
	int op;
	int called;
	int returned;
	struct outcome outcome;
};

/* An access as it is printed. Only who has the turn touches it. */
struct row {
	const char *op;
	char access[64];
	char values[64];
	char end[320];
};

static atomic_int words[WORDS];
static const struct side *side;
static struct row row;
static struct call calls[CALLS];
static int call_count;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
/* How many accesses were made so far: that says whose turn it is. */
static int now;

/* The thread of the program; the main thread, which runs whole ops to judge, is none. */
static _Thread_local int self = -1;
static _Thread_local bool has_turn;
/* The op that is called, and whether it has made an access. */
static _Thread_local int op;
static _Thread_local bool opened;
static _Thread_local struct call *call;

/* By thread: it was stopped inside an op, because the schedule is over. */
static bool stopped[THREADS + 1];

static _Noreturn void cannot_run(const char *why)
{
	fflush(stdout);
	fprintf(stderr, "cannot run: %s\\n", why);
	exit(2);
}

static _Noreturn void unrecorded(int result)
{
	char why[256];

	snprintf(why, sizeof(why), "%s took a path that was not recorded after reading %d", names[op], result);
	cannot_run(why);
}

/* Prints warnings, if there are any. */
static const char *print_warnings(const char *before, const char *text)
{
	if (text[0] == '\\0')
		return before;
	fputs(before, stdout);
	for (; *text != '\\0'; text++)
		fputs(*text == '\\n' ? "; " : (char[]){ *text, '\\0' }, stdout);
	return "; ";
}

struct shown {
	char text[16];
};

static struct shown show(int value)
{
	struct shown shown;

	if (value >= -4096 && value <= 4096)
		snprintf(shown.text, sizeof(shown.text), "%d", value);
	else
		snprintf(shown.text, sizeof(shown.text), "0x%08X", (unsigned int)value);
	return shown;
}

static void print_row(const char *thread, const struct row *columns)
{
	char line[640];
	size_t length;

	snprintf(line, sizeof(line), "%-6s  %-*s  %-*s  %-*s  %s", thread, OP_WIDTH, columns->op, ACCESS_WIDTH,
		 columns->access, VALUES_WIDTH, columns->values, columns->end);
	for (length = strlen(line); length > 0 && line[length - 1] == ' '; length--)
		line[length - 1] = '\\0';
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

/*
 * Waits until the schedule says that it is this thread's turn, and has the turn until its next access.
 * Returns false when the schedule is over.
 */
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
	/* RCU goes on for ever: it is to be between two callbacks. */
	stopped[self] = self < THREADS || opened;
	pthread_exit(NULL);
}

static void take_turn(void)
{
	if (self >= 0 && !wait_for_turn())
		stop();
}
`;

/** @param opens what else the first access of an op does */
export const NOTES = (opens: string) => `
/* Puts an access into the table. */
static void note(const char *access, const char *values)
{
	if (self < 0)
		return;
	row.op = "";
	if (!opened) {
		opened = true;
		call = &calls[call_count++];
		*call = (struct call){ self, op, now, -1, { "", "" } };
		row.op = names[op];
${opens}	}
	snprintf(row.access, sizeof(row.access), "%s", access);
	snprintf(row.values, sizeof(row.values), "%s", values);
	row.end[0] = '\\0';
}

static void add_to_end(const char *before, const char *text)
{
	const size_t used = strlen(row.end);

	snprintf(row.end + used, sizeof(row.end) - used, "%s%s%s", used > 0 ? "  " : "", before, text);
	for (char *at = row.end; *at != '\\0'; at++)
		if (*at == '\\n')
			*at = ';';
}
`;

/** @param pinned the saturation value, where it matters that the word stays there */
export const NOTE_COUNTER_WORD = (
  pinned: string | undefined,
) => `${pinned === undefined ? '' : '\n/* Whether the word has left its saturation value. */\nstatic bool came_loose;\n'}
/* The same for an access to the word, which held "old" before. */
static int note_word(const char *access, int word, int old)
{
	const int value = atomic_load(&words[word]);
	char values[40];

	if (value == old)
		snprintf(values, sizeof(values), "%s", show(old).text);
	else
		snprintf(values, sizeof(values), "%s -> %s", show(old).text, show(value).text);
	note(access, values);${pinned === undefined ? '' : `\n\tif (self >= 0 && old == ${pinned} && value != old)\n\t\tcame_loose = true;`}
	return old;
}
`;

export const NOTE_SCHEME_WORD = `
static void touch(int word)
{
	if (in_object[word] && object.freed > 0)
		note_fact(USE_AFTER_FREE);
}

/* The same for an access to a word, which held "old" before. */
static int note_word(const char *access, int word, int old)
{
	const int value = atomic_load(&words[word]);
	char values[64];

	if (value == old)
		snprintf(values, sizeof(values), "%.20s %s", word_names[word], show(old).text);
	else
		snprintf(values, sizeof(values), "%.20s %s -> %s", word_names[word], show(old).text, show(value).text);
	note(access, values);
	touch(word);
	return old;
}
`;

/** Functions that make an access, for the kinds that are used. */
export function accessFunctions(kinds: ReadonlySet<number>): string[] {
  const used = [...kinds].sort((a, b) => a - b).flatMap((kind) => ACCESSORS[kind] ?? []);
  const isValued = [Access.STORE, Access.EXCHANGE, Access.FETCH_ADD, Access.FETCH_SUB].some((kind) =>
    kinds.has(kind),
  );
  return [...(isValued ? [NOTE_VALUE] : []), ...used];
}

const NOTE_VALUE = `
static int note_change(const char *access, int value, const char *close, int word, int old)
{
	char text[48];

	snprintf(text, sizeof(text), "%s%s%s", access, show(value).text, close);
	return note_word(text, word, old);
}
`;

const ACCESSORS: Readonly<Record<number, string>> = {
  [Access.LOAD]: `
static int load(int word, memory_order order)
{
	take_turn();
	return note_word("load", word, atomic_load_explicit(&words[word], order));
}
`,
  [Access.STORE]: `
static void store(int word, int value, memory_order order)
{
	int old;

	take_turn();
	old = atomic_load(&words[word]);
	atomic_store_explicit(&words[word], value, order);
	note_change("store ", value, "", word, old);
}
`,
  [Access.EXCHANGE]: `
static int exchange(int word, int value, memory_order order)
{
	take_turn();
	return note_change("exchange(", value, ")", word, atomic_exchange_explicit(&words[word], value, order));
}
`,
  [Access.FETCH_ADD]: `
static int fetch_add(int word, int value, memory_order order)
{
	take_turn();
	return note_change("fetch_add(", value, ")", word, atomic_fetch_add_explicit(&words[word], value, order));
}
`,
  [Access.FETCH_SUB]: `
static int fetch_sub(int word, int value, memory_order order)
{
	take_turn();
	return note_change("fetch_sub(", value, ")", word, atomic_fetch_sub_explicit(&words[word], value, order));
}
`,
  [Access.COMPARE_EXCHANGE]: `
static int compare_exchange(int word, int expected, int desired, memory_order order)
{
	int old = expected;
	char text[48];

	take_turn();
	atomic_compare_exchange_strong_explicit(&words[word], &old, desired, order, memory_order_relaxed);
	snprintf(text, sizeof(text), "cmpxchg(%s, %s)", show(expected).text, show(desired).text);
	return note_word(text, word, old);
}
`,
  [Access.LOCK]: `
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
`,
  [Access.UNLOCK]: `
static void unlock(int word)
{
	char text[48];

	take_turn();
	atomic_store(&words[word], 0);
	snprintf(text, sizeof(text), "unlock%s", lock_name(word).text);
	note(text, "");
	touch(word);
}
`,
  [Access.RCU_LOCK]: `
static void enter_rcu(void)
{
	take_turn();
	object.inside[self]++;
	note("rcu_read_lock", "");
}
`,
  [Access.RCU_UNLOCK]: `
static void leave_rcu(void)
{
	take_turn();
	object.inside[self]--;
	note("rcu_read_unlock", "");
	if (object.inside[self] > 0)
		return;
	object.call_waits &= ~(1u << self);
	object.note_waits &= ~(1u << self);
}
`,
  [Access.RCU_CALL]: `
static void call_rcu(void)
{
	take_turn();
	object.pending++;
	object.call_waits |= readers();
	note("call_rcu", "");
}
`,
  [Access.RCU_CALLBACK]: `
static void begin_callback(void)
{
	take_turn();
	if (object.pending == 0 || object.call_waits != 0)
		cannot_run("the grace period is not over");
	object.pending--;
	object.calling = true;
	note("grace period is over", "");
}
`,
  [Access.IDLE_NOTE]: `
static void note_idle(void)
{
	take_turn();
	object.noted = true;
	object.note_waits = readers();
	note("note idle", "");
}
`,
  [Access.IDLE_CLEAR]: `
static void clear_idle(void)
{
	take_turn();
	object.noted = false;
	object.note_waits = 0;
	note("clear idle note", "");
}
`,
  [Access.IDLE_CHECK]: `
/* 0: no idle note. 1: noted, and RCU readers of that time are still inside. 2: noted, and they have left. */
static int check_idle(void)
{
	int answer;

	take_turn();
	answer = !object.noted ? 0 : object.note_waits == 0 ? 2 : 1;
	note("check idle note", show(answer).text);
	return answer;
}
`,
  [Access.USE]: `
static void use(void)
{
	take_turn();
	note("use", "");
	if (object.freed > 0)
		note_fact(USE_AFTER_FREE);
}
`,
  [Access.FREE]: `
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
`,
};

/** The life of a scheme's object. Only who has the turn touches it. */
export const LIFE = `
enum fact { ${FACT_NAMES.map((name) => name.toUpperCase().replaceAll('-', '_')).join(', ')}, FACT_COUNT };
static const char *const fact_names[] = { ${FACT_NAMES.map(cString).join(', ')} };

static struct {
	bool facts[FACT_COUNT];
	/* How often it was freed. */
	int freed;
	/* Callbacks queued by call_rcu, the readers they wait for (a bit each), and whether one is under way. */
	int pending;
	unsigned int call_waits;
	bool calling;
	/* Whether idleness was noted, and the readers of then that are still inside. */
	bool noted;
	unsigned int note_waits;
	/* By thread: references held, and RCU read sections inside of. */
	int held[SLOTS];
	int inside[SLOTS];
	/* Ops still to be made by all threads, and whether any has warned. */
	int left;
	bool warned;
	/* By thread: it waits for a lock. */
	bool blocked[THREADS + 1];
} object;

static void add_to_end(const char *before, const char *text);

/* A fact about the object's life, shown on the access that brought it. */
static void note_fact(enum fact fact)
{
	if (!object.facts[fact] && self >= 0)
		add_to_end("!! ", fact_names[fact]);
	object.facts[fact] = true;
}

static bool is_held(void)
{
	for (int thread = 0; thread < SLOTS; thread++)
		if (object.held[thread] > 0)
			return true;
	return false;
}
`;

export const READERS = `
/* Threads inside an RCU read section, a bit each. */
static unsigned int readers(void)
{
	unsigned int bits = 0;

	for (int thread = 0; thread < SLOTS; thread++)
		if (object.inside[thread] > 0)
			bits |= 1u << thread;
	return bits;
}
`;

export const COUNTER_THREAD = `
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
		if (outcome.warnings[0] != '\\0')
			add_to_end("!! ", outcome.warnings);
	}
	end_thread();
	return NULL;
}
`;

export const SCHEME_THREAD = `
/* By thread: the results so far, and how many ops that is. */
static char results[THREADS][160];
static int done[THREADS];

static bool is_allowed(const char *text)
{
	for (size_t at = 0; at < sizeof(allowed) / sizeof(allowed[0]); at++)
		if (allowed[at] != NULL && strcmp(allowed[at], text) == 0)
			return true;
	return false;
}

/* What was seen and is not allowed, each once. */
static char strange[8][700];
static int strange_count;

/* Of several lines each by itself. */
static void look_at(const char *text)
{
	const char *next = strchr(text, '\\n');

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

static void vector_now(char *text, size_t size)
{
	text[0] = '\\0';
	for (int thread = 0; thread < THREADS; thread++) {
		const size_t used = strlen(text);

		snprintf(text + used, size - used, "%s%s", thread > 0 ? " | " : "", results[thread]);
	}
}

static void push(const char *result, bool is_noted)
{
	const size_t used = strlen(results[self]);

	snprintf(results[self] + used, sizeof(results[self]) - used, "%s%s", used > 0 ? ", " : "", result);
	done[self]++;
	if (!is_noted)
		return;
	object.left--;
	if (COMPARED == RESULTS) {
		char vector[700];

		vector_now(vector, sizeof(vector));
		look_at(vector);
	}
}

/* A put or a use by a thread that holds nothing is not made. */
static void skip_void(bool is_noted)
{
	for (;;) {
		const int next = program[self][done[self]];

		if (next < 0 || (roles[next] != PUT && roles[next] != USE) || object.held[self] > 0)
			return;
		push("void", is_noted);
	}
}

/* Unlinked, held by nobody, not freed, and nobody is going to free it. A scheme that warned has said so. */
static void note_leak(void)
{
	if (object.left > 0 || object.warned)
		return;
	if (atomic_load(&words[W_LIST]) == 0 && !is_held() && object.pending == 0 && object.freed == 0 && !object.calling)
		note_fact(LEAK);
}

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
	if (outcome.warnings[0] != '\\0') {
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
`;

export const END_THREAD = `
static void end_thread(void)
{
	for (int at = now + 1; has_turn && at < side->length; at++)
		if (side->schedule[at] == self)
			cannot_run("a thread has no op left");
	pass_turn();
}
`;

/** @param isScheme whether RCU is a thread as well */
export const RUN_THREADS = (isScheme: boolean) => `
/* Runs a side on real threads, which take turns as its schedule says. */
static void run_threads(const struct side *which)
{
	static const struct row head = { "op", "access", VALUES, "" };
	static int numbers[THREADS + 1];
	pthread_t threads[THREADS + 1];
	const int count = ${isScheme ? 'uses_rcu(which) ? THREADS + 1 : THREADS' : 'THREADS'};

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
	printf("\\n");
}
`;

export const MAIN = (what: string) => `
int main(int argc, char **argv)
{
	bool found;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--reference") != 0))
		cannot_run("the only flag is --reference");
	found = argc == 2 ? run_reference() : run_subject();
	printf("%s\\n", found ? ${cString(`DIVERGES (${what})`)} : "agrees");
	return found ? 1 : 0;
}
`;
