import { callText, divergenceText } from '../reproduce/reproduced-case.ts';
import {
  opsToMake,
  type SchemeReproduction,
  type SchemeSide,
  wordsOf,
} from '../reproduce/reproduced-scheme.ts';
import { commentText, jsLiteral, jsString } from '../reproduce/source-text.ts';
import { IMPORTS, kindsOf, MAIN, SCHEME_THREAD, schemeAccesses, THREADS } from './mjs-runtime.ts';
import { opLines, wordConstant } from './mjs-syntax.ts';

/** The lines of an exported scheme case, below its header. */
export function schemeProgram(reproduction: SchemeReproduction): string[] {
  const { harness, program, subject, reference, roles } = reproduction;
  const callOf = (call: number) => callText(harness, call);
  const words = wordsOf(reproduction);
  const nameOf = (index: number) => wordConstant(words.find((word) => word.index === index)!.name);
  return [
    IMPORTS,
    '',
    '/** By thread: the ops it calls. */',
    `const program = [${program.threads.map((calls) => `[${calls.map((one) => jsString(callOf(one))).join(', ')}]`).join(', ')}];`,
    "/** get: 'granted' makes the caller a holder. enter: of the RCU section. put, use: only by a holder. */",
    'const roles = {',
    ...[...roles].map(([call, role]) => `  ${jsString(callOf(call))}: ${jsString(role)},`),
    '};',
    '',
    '/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */',
    ...opLines('subject', subject.trees, callOf),
    '',
    '/** The ops of the reference, likewise. */',
    ...opLines('reference', reference.trees, callOf),
    '',
    `/** The schedule: the thread of each access; ${program.threads.length} is RCU. The reference runs without preemptions. */`,
    'const sides = {',
    ...sideLines('subject', subject),
    ...sideLines('reference', reference),
    '};',
    '',
    ...schemeAccesses(kindsOf([subject.trees, reference.trees]), words),
    `
/** Where each side starts: the state ${commentText(String(program.start))}. The list: 0 nowhere, 1 the live structure, 2 the trash. */
const starts = {
${startLine('subject', subject, nameOf)}
${startLine('reference', reference, nameOf)}
};`,
    ...allowedLines(reproduction),
    SCHEME_THREAD,
    THREADS(true),
    ...judging(reproduction),
    MAIN(`${divergenceText(reproduction)}; ${subject.scheme.name} from ${program.start}`),
  ].flatMap((line) => line.split('\n'));
}

function sideLines(name: string, { schedule }: SchemeSide): string[] {
  return [`  ${name}: { ops: ${name}, schedule: [${schedule.join(', ')}] },`];
}

function startLine(name: string, { start }: SchemeSide, nameOf: (index: number) => string): string {
  const words = [...start.words].map(([index, value]) => `[${nameOf(index)}, ${jsLiteral(value)}]`);
  const parts = [
    `words: [${words.join(', ')}]`,
    `noted: ${Number(start.noted)}`,
    `held: [${start.held.join(', ')}]`,
    `inside: [${start.inside.join(', ')}]`,
  ];
  return `  ${name}: { ${parts.join(', ')} },`;
}

const ALLOWED: Readonly<Record<SchemeReproduction['compared'], string>> = {
  facts: 'facts of the object',
  warnings: 'warnings',
  results: 'results, thread by thread, after as many ops as here',
};

function allowedLines({ compared, allowed }: SchemeReproduction): string[] {
  return [
    '/**',
    ` * All ${ALLOWED[compared]} that the reference can give. Recorded, because they come from`,
    ' * every schedule of the reference, which cannot be explored again here.',
    ' */',
    'const allowed = new Set([',
    ...allowed.map((one) => `  ${jsString(one)},`),
    ']);',
  ];
}

const SEEN: Readonly<Record<SchemeReproduction['compared'], string>> = {
  facts: 'facts',
  warnings: 'warnings',
  results: 'vectors',
};

function judging(reproduction: SchemeReproduction): string[] {
  const deadlocks = reproduction.subject.deadlocked || reproduction.reference.deadlocked;
  return [
    `
const VALUES = 'values';

/** @returns whether it diverges: something is seen that the reference gives in no schedule */
async function run(name) {
  const start = starts[name];
  for (const [word, value] of start.words) Atomics.store(words, word, value);
  words[NOTED] = start.noted;
  words.set(start.held, HELD);
  words.set(start.inside, INSIDE);
  words[LEFT] = ${opsToMake(reproduction)};
  const ends = await runThreads(name);
${deadlocks ? DEADLOCK : ENDS_EARLY}
  printTable(ends.flatMap(({ rows }) => rows).sort((one, other) => one.at - other.at));
  const facts = FACT_NAMES.filter((_, bit) => words[FACTS] & (1 << bit));
  const warnings = ends
    .flatMap(({ calls }) => calls.filter((one) => one.warnings))
    .sort((one, other) => one.returned - other.returned)
    .flatMap((one) => one.warnings);
  const vectors = vectorsOf(ends);
  console.log('results:  ' + (vectors.at(-1) ?? 'none'));
  console.log('warnings: ' + (warnings.join('; ') || 'none'));
  console.log('facts:    ' + (facts.join(', ') || 'none'));
  const strange = ${SEEN[reproduction.compared]}.filter((one) => !allowed.has(one));
  for (const one of new Set(strange)) console.log('the reference never gives: ' + one);
  return strange.length > 0;
}

const runSubject = () => run('subject');
const runReference = () => run('reference');

/** The results of all threads after each op, as far as they were known then. */
function vectorsOf(ends) {
  const moments = ends.flatMap((end) => end.moments).sort((one, other) => one.at - other.at);
  const now = program.map((_, thread) => ends[thread].results.slice(0, ends[thread].results.length - moments.filter((one) => one.thread === thread).length));
  return moments.map(({ thread, results }) => {
    now[thread] = results;
    return now.map((list) => list.join(', ')).join(' | ');
  });
}`,
  ];
}

/** A verdict on half a run would be none. The thread of RCU goes on for ever: it is to be between two callbacks. */
const ENDS_EARLY = `  const isEarly = ({ thread, isStopped, calls }) => isStopped && (thread < RCU || calls.at(-1).called !== undefined);
  if (ends.some(isEarly)) throw new Unrecorded('the schedule ends inside an op');`;

const DEADLOCK = `  const left = ends.filter(({ thread, isStopped }) => thread < RCU && isStopped);
  if (left.length > 0 && left.every(({ calls }) => calls.at(-1).blocked)) fact('deadlock');`;
