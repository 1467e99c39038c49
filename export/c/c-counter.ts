import { ledgerOf } from '../../oracles/ledger.ts';
import { callText, divergenceText } from '../reproduce/reproduced-case.ts';
import type { CounterReproduction, Question } from '../reproduce/reproduced-counter.ts';
import { cLiteral, cString, identifiers, shownValue } from '../reproduce/source-text.ts';
import * as runtime from './c-runtime.ts';
import { opFunctions } from './c-syntax.ts';

/** The lines of an exported counter case, below its head. */
export function counterProgram(reproduction: CounterReproduction): string[] {
  const { harness, program, start, ops, schedule, subject, reference, question, saturated } = reproduction;
  const callOf = (call: number) => callText(harness, call);
  const calls = [...new Set(ops.map(({ call }) => call))];
  const names = identifiers(calls, (call) => harness.alphabet.format(call));
  const kinds = new Set([...subject.kinds, ...(reference?.trees.kinds ?? [])]);
  const table = (side: string) =>
    `static struct outcome (*const ${side}_ops[])(void) = { ${calls.map((call) => `${side}_${names.get(call)}`).join(', ')} };`;
  return [
    runtime.INCLUDES,
    'enum { W_COUNT, WORDS };',
    `#define THREADS ${program.threads.length}`,
    `#define CALLS ${Math.max(ops.length, 1)}`,
    `#define START ${cLiteral(start)}`,
    ...widths(calls.map(callOf), 'word', 24),
    '',
    `static const char *const names[] = { ${calls.map((call) => cString(callOf(call))).join(', ')} };`,
    '/* By thread: the numbers of the ops it calls. */',
    `static const int program[THREADS][${Math.max(...program.threads.map((list) => list.length)) + 1}] = {`,
    ...program.threads.map((list) => `\t{ ${[...list.map((call) => calls.indexOf(call)), -1].join(', ')} },`),
    '};',
    '/* The thread of each access. */',
    scheduleLine('subject', schedule),
    ...(reference ? [scheduleLine('reference', reference.schedule)] : []),
    '',
    runtime.TURNS,
    runtime.NOTES(''),
    runtime.NOTE_COUNTER_WORD(question === 'sticky' ? cLiteral(saturated ?? 0) : undefined),
    ...runtime.accessFunctions(kinds),
    '',
    '/* The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */',
    '',
    ...opFunctions('subject', subject, names),
    ...(reference
      ? ['/* The ops of the reference, likewise. */', '', ...opFunctions('reference', reference.trees, names)]
      : []),
    table('subject'),
    ...(reference ? [table('reference')] : []),
    sideLine('subject'),
    ...(reference ? [sideLine('reference')] : []),
    runtime.END_THREAD,
    runtime.COUNTER_THREAD,
    runtime.RUN_THREADS(false),
    JUDGED,
    ...(reference || question === 'order' ? [WHOLE] : []),
    ...(question === 'order' ? [orderFunction(reproduction)] : []),
    ...JUDGES[question](reproduction, calls),
    ...(reference ? [RUN_REFERENCE] : idealFunctions(reproduction)),
    RUN_SUBJECT(reference !== undefined),
    runtime.MAIN(divergenceText(reproduction)),
  ].flatMap((line) => line.split('\n'));
}

/** Widths of columns: what is known beforehand, so that rows can be printed as they come. */
export function widths(calls: readonly string[], title: string, values: number): string[] {
  return [
    `#define OP_WIDTH ${Math.min(40, Math.max(2, ...calls.map(({ length }) => length)))}`,
    '#define ACCESS_WIDTH 20',
    `#define VALUES ${cString(title)}`,
    `#define VALUES_WIDTH ${values}`,
  ];
}

export function scheduleLine(side: string, schedule: readonly number[]): string {
  return `static const int ${side}_schedule[] = { ${(schedule.length > 0 ? schedule : [-1]).join(', ')} };`;
}

export function sideLine(side: string): string {
  return `static const struct side ${side} = {
	${side}_ops, ${side}_schedule, sizeof(${side}_schedule) / sizeof(int)
};`;
}

const JUDGED = `
/* The word when all threads were done. */
static int final;

static void run(const struct side *which)
{
	atomic_store(&words[W_COUNT], START);
	run_threads(which);
	for (int thread = 0; thread < THREADS; thread++)
		if (stopped[thread])
			cannot_run("the schedule ends inside an op");
	final = atomic_load(&words[W_COUNT]);
}

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
	printf("\\n");
}
`;

const WHOLE = `
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
`;

const RUN_REFERENCE = `
/* The reference runs its ops one after another, in the order in which the subject's were called. */
static void print_reference(void)
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
`;

const RUN_SUBJECT = (hasReference: boolean) => `
static bool run_subject(void)
{
	bool found;

	run(&subject);
	print_summary("subject:  ", final);
	found = diverges(&subject);
	${hasReference ? 'print_reference();' : 'print_ideal();'}
	return found;
}
`;

function idealFunctions({ harness, ideal }: CounterReproduction): string[] {
  const given = ideal!.map(
    ({ call, result, word }) =>
      `${callText(harness, call)} = ${shownValue(result)}, word ${shownValue(word)}`,
  );
  return [
    `
static void print_ideal(void)
{
	printf("ideal:     %s\\n", ${cString(given.join('; '))});
}

/* The ideal counter, an integer that never wraps, is data: nothing of it can diverge. */
static bool run_reference(void)
{
	print_ideal();
	return false;
}
`,
  ];
}

/** Linearizability, in the plainest way. */
function orderFunction({ stored }: CounterReproduction): string {
  const { kind } = stored.expect.divergence;
  const sameWarnings = kind === 'result' ? '' : ' &&\n\t       strcmp(one.warnings, other.warnings) == 0';
  const end = kind === 'value' ? 'value == final' : 'true';
  return `
/* Sets of calls (a bit each) that no order explains from some value. */
static struct {
	int value;
	unsigned long long left;
} dead[4096];
static int dead_count;

static bool same_answer(struct outcome one, struct outcome other)
{
	return strcmp(one.result, other.result) == 0${sameWarnings};
}

/* Whether a call can come first: none of the others had returned when it was made. */
static bool can_be_first(int at, unsigned long long left)
{
	for (int other = 0; other < call_count; other++)
		if ((left >> other & 1) && calls[other].returned < calls[at].called)
			return false;
	return true;
}

/*
 * Whether some order of whole ops, one that returned before another was called going first, gives each op what
 * it gave here. If there is none, an op was seen half-way.
 */
static bool is_explained(const struct side *which, int value, unsigned long long left)
{
	if (left == 0)
		return ${end};
	for (int at = 0; at < dead_count; at++)
		if (dead[at].value == value && dead[at].left == left)
			return false;
	for (int at = 0; at < call_count; at++) {
		int word = value;

		if (!(left >> at & 1) || !can_be_first(at, left))
			continue;
		if (same_answer(whole(which, calls[at].op, &word), calls[at].outcome) &&
		    is_explained(which, word, left & ~(1ULL << at)))
			return true;
	}
	if (dead_count < 4096) {
		dead[dead_count].value = value;
		dead[dead_count++].left = left;
	}
	return false;
}
`;
}

const JUDGES: Readonly<
  Record<Question, (reproduction: CounterReproduction, calls: readonly number[]) => string[]>
> = {
  alone: () => [
    `
/* The one op: its result, the word and the warnings against those of the reference. */
static bool diverges(const struct side *which)
{
	int word = START;
	const struct outcome seen = calls[0].outcome;
	const struct outcome expected = whole(&reference, calls[0].op, &word);

	(void)which;
	return strcmp(seen.result, expected.result) != 0 || final != word ||
	       strcmp(seen.warnings, expected.warnings) != 0;
}`,
  ],
  ideal: ({ ideal, saturated }) => {
    const [{ result, word, objects }] = ideal as [NonNullable<typeof ideal>[number]];
    const pinned = saturated === undefined || saturated === word ? '' : ` || final == ${cLiteral(saturated)}`;
    return [
      `
/* An objection is a warning, or a word pinned to the saturation value. The ideal counter ${objects ? 'objects' : 'does not object'}. */
static bool diverges(const struct side *which)
{
	const struct outcome seen = calls[0].outcome;
	const bool objects = seen.warnings[0] != '\\0'${pinned};

	(void)which;
	${
    objects
      ? 'return !objects;'
      : `return objects || strcmp(seen.result, ${cString(shownValue(result))}) != 0 || final != ${cLiteral(word)};`
  }
}`,
    ];
  },
  order: () => [
    `
/* Ops are seen half-way when no order of whole ops explains what they gave. */
static bool diverges(const struct side *which)
{
	return !is_explained(which, START, (1ULL << call_count) - 1);
}`,
  ],
  sticky: ({ saturated }) => [
    `
/* A word that was pinned stays pinned. The reference has given no such promise. */
static bool diverges(const struct side *which)
{
	return which == &subject && final != ${cLiteral(saturated ?? 0)} && came_loose;
}`,
  ],
  conservation: ({ harness, gains }, calls) => [
    `
/* By op: the references it gains, or those it gains when its answer is not true and when it is. */
static const int gains[][2] = { ${calls.map((call) => `{ ${gains.get(call)!.map(cLiteral).join(', ')} }`).join(', ')} };
/* By op: whether true says that this was the last reference. */
static const bool is_last_put[] = { ${calls.map((call) => ledgerOf(harness.alphabet.call(call).op)?.isLastPut === true).join(', ')} };

/* The end is the start plus what was gained, and at most one put was told that it was the last. */
static bool diverges(const struct side *which)
{
	unsigned int expected = START;
	int last = 0;

	(void)which;
	for (int at = 0; at < call_count; at++) {
		const bool yes = strcmp(calls[at].outcome.result, "true") == 0;

		expected += (unsigned int)gains[calls[at].op][yes];
		last += yes && is_last_put[calls[at].op];
	}
	return (int)expected != final || (START > 0 && last > 1);
}`,
  ],
};
