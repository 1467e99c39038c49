import { MAX_THREADS } from '../../fuzz/program/program.ts';
import { Access } from '../../fuzz/run/access.ts';
import { callText, divergenceText } from '../reproduce/reproduced-case.ts';
import {
  type NamedWord,
  opsToMake,
  type SchemeReproduction,
  type SchemeSide,
  wordsOf,
} from '../reproduce/reproduced-scheme.ts';
import { cLiteral, commentText, cString, identifiers } from '../reproduce/source-text.ts';
import { scheduleLine, sideLine, widths } from './c-counter.ts';
import * as runtime from './c-runtime.ts';
import { opFunctions, wordEnum } from './c-syntax.ts';

/** The lines of an exported scheme case, below its head. */
export function schemeProgram(reproduction: SchemeReproduction): string[] {
  const { harness, program, subject, reference, roles, compared } = reproduction;
  const callOf = (call: number) => callText(harness, call);
  const sides = { subject, reference };
  const used = new Set([
    ...subject.trees.roots.keys(),
    ...reference.trees.roots.keys(),
    ...program.threads.flat(),
  ]);
  const calls = [...used].filter((call) => call >= 0);
  const names = identifiers([...calls, -1], (call) =>
    call < 0 ? 'callback' : harness.alphabet.format(call),
  );
  const words = wordsOf(reproduction);
  const kinds = new Set([...subject.trees.kinds, ...reference.trees.kinds]);
  const table = (side: keyof typeof sides) => {
    const has = (call: number) => sides[side].trees.roots.has(call);
    const functions = [...calls, -1].map((call) => (has(call) ? `${side}_${names.get(call)}` : 'NULL'));
    return `static struct outcome (*const ${side}_ops[])(void) = { ${functions.join(', ')} };`;
  };
  const isLocking = kinds.has(Access.LOCK);
  return [
    runtime.INCLUDES,
    `enum { ${words.map(({ name }) => wordEnum(name)).join(', ')}, WORDS };`,
    `#define THREADS ${program.threads.length}`,
    `#define SLOTS ${MAX_THREADS + 1}`,
    `#define CALLS ${program.threads.flat().length + Math.max(...[subject, reference].map(({ schedule }) => schedule.length))}`,
    ...widths(calls.map(callOf).concat('callback'), 'values', 26),
    '',
    `static const char *const word_names[] = { ${words.map(({ name }) => cString(name)).join(', ')} };`,
    `static const bool in_object[] = { ${words.map(({ isInObject }) => isInObject).join(', ')} };`,
    `static const char *const names[] = { ${calls.map(callOf).concat('callback').map(cString).join(', ')} };`,
    `enum { CALLBACK = ${calls.length} };`,
    '/* GET: "granted" makes the caller a holder. ENTER: of the RCU section. PUT, USE: only by a holder. */',
    'enum role { GET, ENTER, PUT, USE, OTHER };',
    `static const enum role roles[] = { ${calls.map((call) => (roles.get(call) ?? 'other').toUpperCase()).join(', ')} };`,
    '/* By thread: the numbers of the ops it calls. */',
    `static const int program[THREADS][${Math.max(...program.threads.map((list) => list.length)) + 1}] = {`,
    ...program.threads.map((list) => `\t{ ${[...list.map((call) => calls.indexOf(call)), -1].join(', ')} },`),
    '};',
    '/* The thread of each access; the number after the last one is RCU. The reference runs without preemptions. */',
    scheduleLine('subject', subject.schedule),
    scheduleLine('reference', reference.schedule),
    '',
    ...allowedLines(reproduction),
    `enum { FACTS, WARNINGS, RESULTS, COMPARED = ${compared.toUpperCase()} };`,
    '',
    runtime.TURNS,
    runtime.LIFE,
    ...(kinds.has(Access.RCU_CALL) || kinds.has(Access.IDLE_NOTE) ? [runtime.READERS] : []),
    runtime.NOTES(HOLD_ENDS),
    runtime.NOTE_SCHEME_WORD,
    ...runtime.accessFunctions(kinds),
    '',
    '/* The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */',
    '',
    ...opFunctions('subject', subject.trees, names),
    '/* The ops of the reference, likewise. */',
    '',
    ...opFunctions('reference', reference.trees, names),
    table('subject'),
    table('reference'),
    sideLine('subject'),
    sideLine('reference'),
    runtime.END_THREAD,
    runtime.SCHEME_THREAD,
    USES_RCU,
    runtime.RUN_THREADS(true),
    startFunction(reproduction, words),
    RUN(opsToMake(reproduction), isLocking ? DEADLOCK : ENDS_EARLY),
    runtime.MAIN(`${divergenceText(reproduction)}; ${subject.scheme.name} from ${program.start}`),
  ].flatMap((line) => line.split('\n'));
}

/** A hold ends when the put begins: the thread may not rely on the object from then on. */
const HOLD_ENDS = `\t\tif (self < THREADS && roles[op] == PUT)
\t\t\tobject.held[self]--;
`;

const ALLOWED: Readonly<Record<SchemeReproduction['compared'], string>> = {
  facts: 'facts of the object',
  warnings: 'warnings',
  results: 'results, thread by thread, after as many ops as here',
};

function allowedLines({ compared, allowed }: SchemeReproduction): string[] {
  return [
    '/*',
    ` * All ${ALLOWED[compared]} that the reference can give. Recorded, because they come from`,
    ' * every schedule of the reference, which cannot be explored again here.',
    ' */',
    'static const char *const allowed[] = {',
    ...allowed.map((one) => `\t${cString(one)},`),
    '\tNULL',
    '};',
  ];
}

const USES_RCU = `
static bool uses_rcu(const struct side *which)
{
	for (int at = 0; at < which->length; at++)
		if (which->schedule[at] == THREADS)
			return true;
	return false;
}
`;

function startFunction(
  { subject, reference, program }: SchemeReproduction,
  words: readonly NamedWord[],
): string {
  const lines = (side: SchemeSide) => [
    ...words.map(
      ({ index, name }) =>
        `atomic_store(&words[${wordEnum(name)}], ${cLiteral(side.start.words.get(index) ?? 0)});`,
    ),
    `object.noted = ${side.start.noted};`,
    ...side.start.held.flatMap((count, thread) => (count > 0 ? [`object.held[${thread}] = ${count};`] : [])),
    ...side.start.inside.flatMap((count, thread) =>
      count > 0 ? [`object.inside[${thread}] = ${count};`] : [],
    ),
  ];
  return `
/* The state ${commentText(String(program.start))}. The list: 0 nowhere, 1 the live structure, 2 the trash. */
static void put_at_start(const struct side *which)
{
	if (which == &subject) {
${lines(subject)
  .map((line) => `\t\t${line}`)
  .join('\n')}
	} else {
${lines(reference)
  .map((line) => `\t\t${line}`)
  .join('\n')}
	}
}
`;
}

const ENDS_EARLY = `	for (int thread = 0; thread <= THREADS; thread++)
		if (stopped[thread])
			cannot_run("the schedule ends inside an op");
`;

const DEADLOCK = `	for (int thread = 0; thread < THREADS; thread++) {
		ended_early |= stopped[thread];
		waiting &= !stopped[thread] || object.blocked[thread];
	}
	if (ended_early && !waiting)
		cannot_run("the schedule ends inside an op");
	if (ended_early)
		note_fact(DEADLOCK);
`;

const RUN = (ops: number, ending: string) => `
/* Returns whether it diverges: something is seen that the reference gives in no schedule. */
static bool run(const struct side *which)
{
	const char *before = "";
	char vector[700];
${ending === DEADLOCK ? '\tbool ended_early = false;\n\tbool waiting = true;\n' : ''}
	put_at_start(which);
	object.left = ${ops};
	for (self = 0; self < THREADS; self++)
		skip_void(false);
	self = -1;
	run_threads(which);
${ending}
	vector_now(vector, sizeof(vector));
	printf("results:  %s\\nwarnings: ", vector);
	for (int at = 0; at < call_count; at++) {
		before = print_warnings(before, calls[at].outcome.warnings);
		if (COMPARED == WARNINGS && calls[at].outcome.warnings[0] != '\\0')
			look_at(calls[at].outcome.warnings);
	}
	printf("%s\\nfacts:    ", before[0] == '\\0' ? "none" : "");
	before = "";
	for (int fact = 0; fact < FACT_COUNT; fact++) {
		if (!object.facts[fact])
			continue;
		printf("%s%s", before, fact_names[fact]);
		before = ", ";
		if (COMPARED == FACTS)
			look_at(fact_names[fact]);
	}
	printf("%s\\n", before[0] == '\\0' ? "none" : "");
	for (int at = 0; at < strange_count; at++)
		printf("the reference never gives: %s\\n", strange[at]);
	return strange_count > 0;
}

static bool run_subject(void)
{
	return run(&subject);
}

static bool run_reference(void)
{
	return run(&reference);
}
`;
