import { ledgerOf } from '../../oracles/ledger.ts';
import { callText, divergenceText } from '../reproduce/reproduced-case.ts';
import type { CounterReproduction, Question } from '../reproduce/reproduced-counter.ts';
import { jsLiteral, jsString } from '../reproduce/source-text.ts';
import {
  COUNTER_THREAD,
  counterAccesses,
  IMPORTS,
  kindsOf,
  MAIN,
  SOME_ORDER,
  THREADS,
} from './mjs-runtime.ts';
import { opLines, resultCode } from './mjs-syntax.ts';

/** The lines of an exported counter case, below its header. */
export function counterProgram(reproduction: CounterReproduction): string[] {
  const { harness, program, start, schedule, subject, reference, question } = reproduction;
  const callOf = (call: number) => callText(harness, call);
  const kinds = kindsOf([subject, reference?.trees]);
  return [
    IMPORTS,
    '',
    `const START = ${jsLiteral(start)};`,
    '/** By thread: the ops it calls. */',
    `const program = [${program.threads.map((calls) => `[${calls.map((one) => jsString(callOf(one))).join(', ')}]`).join(', ')}];`,
    '',
    '/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */',
    ...opLines('subject', subject, callOf),
    '',
    ...(reference
      ? ['/** The ops of the reference, likewise. */', ...opLines('reference', reference.trees, callOf)]
      : idealLines(reproduction)),
    '',
    '/** The schedule: the thread of each access. The ops of the reference run one after another. */',
    'const sides = {',
    `  subject: { ops: subject, schedule: [${schedule.join(', ')}] },`,
    ...(reference ? [`  reference: { ops: reference, schedule: [${reference.schedule.join(', ')}] },`] : []),
    '};',
    '',
    ...counterAccesses(kinds),
    COUNTER_THREAD,
    THREADS(false),
    ...(question === 'order' ? [SOME_ORDER] : []),
    ...judging(reproduction),
    MAIN(divergenceText(reproduction)),
  ].flatMap((line) => line.split('\n'));
}

function idealLines({ harness, ideal, final }: CounterReproduction): string[] {
  const rows = ideal!.map(
    ({ call, result, word, objects }) =>
      `  { op: ${jsString(callText(harness, call))}, result: ${resultCode(result)}, word: ${jsLiteral(word)}, objects: ${objects} },`,
  );
  return [
    '/**',
    ' * What the ideal counter, an integer that never wraps, gives in the order of the calls; folded to 32 bits.',
    ' * It objects to misuse, and to a count that the word cannot hold.',
    ' */',
    'const ideal = [',
    ...rows,
    '];',
    `// The word of the subject at the end: ${jsLiteral(final)}`,
  ];
}

/** The main part: run, print, judge. */
function judging(reproduction: CounterReproduction): string[] {
  return [
    `
const VALUES = 'word';
let final = START;

/** @returns the calls of a side, in their order, and the rows of its accesses */
async function run(name) {
  Atomics.store(words, COUNT, START);
  const ends = await runThreads(name);
  if (ends.some(({ isStopped }) => isStopped)) throw new Unrecorded('the schedule ends inside an op');
  final = Atomics.load(words, COUNT);
  const calls = ends.flatMap((end) => end.calls).sort((one, other) => one.called - other.called);
  return { calls, rows: ends.flatMap((end) => end.rows).sort((one, other) => one.at - other.at) };
}

/** @returns whether it diverges */
async function runSubject() {
  const { calls, rows } = await run('subject');
  const word = final;
  printTable(rows);
  console.log('subject:   ' + summary(calls, word));
${reproduction.reference ? REFERENCE_SUMMARY : IDEAL_SUMMARY}
  final = word;
  return diverges(subject, calls, rows);
}
${reproduction.reference ? RUN_REFERENCE : RUN_IDEAL}
function summary(calls, word) {
  const results = program.map((_, thread) => calls.filter((one) => one.thread === thread).map(({ result }) => show(result)));
  const warned = calls.flatMap(({ warnings }) => warnings);
  const lists = results.map((list) => '[' + list.join(', ') + ']').join(' ');
  return 'results ' + lists + ', word ' + show(word) + (warned.length > 0 ? ', warns: ' + warned.join('; ') : '');
}
`.trimEnd(),
    '',
    ...JUDGES[reproduction.question](reproduction),
  ];
}

const REFERENCE_SUMMARY = `  console.log('reference: ' + summary(...inOrder(calls)));`;

const IDEAL_SUMMARY = `  const given = ideal.map(({ op, result, word }) => op + ' = ' + show(result) + ', word ' + show(word));
  console.log('ideal:     ' + given.join('; '));`;

const RUN_REFERENCE = `
/** The reference runs its ops one after another, in the order in which the subject's were called. */
function inOrder(calls) {
  let word = START;
  const done = calls.map(({ thread, name }) => {
    const { result, warnings, value } = whole(reference, name, word);
    word = value;
    return { thread, name, result, warnings };
  });
  return [done, word];
}

async function runReference() {
  const { calls, rows } = await run('reference');
  printTable(rows);
  console.log('reference: ' + summary(calls, final));
  return diverges(reference, calls, rows);
}
`;

const RUN_IDEAL = `
function runReference() {
  for (const { op, result, word } of ideal) console.log(op + ' = ' + show(result) + ', word ' + show(word));
  return false;
}
`;

const JUDGES: Readonly<Record<Question, (reproduction: CounterReproduction) => string[]>> = {
  alone: () => [
    '/** The one op: its result, the word and the warnings against those of the reference. */',
    'function diverges(ops, calls) {',
    '  const word = final;',
    '  const [[expected], expectedWord] = inOrder(calls);',
    '  const [seen] = calls;',
    "  const warns = ({ warnings }) => warnings.join('\\n');",
    '  return seen.result !== expected.result || word !== expectedWord || warns(seen) !== warns(expected);',
    '}',
  ],
  ideal: ({ saturated }) => [
    '/** An objection is a warning, or a word pinned to the saturation value. */',
    'function diverges(ops, calls) {',
    '  const [expected] = ideal;',
    '  const [seen] = calls;',
    saturated === undefined
      ? '  const objects = seen.warnings.length > 0;'
      : `  const objects = seen.warnings.length > 0 || (final === ${jsLiteral(saturated)} && final !== expected.word);`,
    '  if (objects || expected.objects) return objects !== expected.objects;',
    '  return seen.result !== expected.result || final !== expected.word;',
    '}',
  ],
  order: ({ stored }) => {
    const { kind } = stored.expect.divergence;
    return [
      `const COMPARED = { warnings: ${kind !== 'result'}, word: ${kind === 'value'} };`,
      '',
      '/** Ops are seen half-way when no order of whole ops explains what they gave. */',
      'function diverges(ops, calls) {',
      '  return !isExplained(ops, START, calls);',
      '}',
    ];
  },
  sticky: ({ saturated }) => [
    `const SATURATED = ${jsLiteral(saturated ?? 0)};`,
    '',
    '/** A word that was pinned stays pinned. The reference has given no such promise. */',
    'function diverges(ops, calls, rows) {',
    '  if (ops !== subject || final === SATURATED) return false;',
    '  return rows.some(({ old, value }) => old === SATURATED && value !== SATURATED);',
    '}',
  ],
  conservation: ({ harness, gains }) => [
    '/** By op: the references it gains, or those it gains when its answer is false and when it is true. */',
    'const gains = {',
    ...[...gains].map(([call, [no, yes]]) => `  ${jsString(callText(harness, call))}: [${no}, ${yes}],`),
    '};',
    `const LAST_PUTS = [${lastPuts(gains.keys(), harness)
      .map((call) => jsString(callText(harness, call)))
      .join(', ')}];`,
    '',
    '/** The end is the start plus what was gained, and at most one put was told that it was the last. */',
    'function diverges(ops, calls) {',
    '  let expected = START;',
    '  for (const { name, result } of calls) expected = (expected + gains[name][Number(result === true)]) | 0;',
    '  const last = calls.filter(({ name, result }) => result === true && LAST_PUTS.includes(name));',
    '  return expected !== final || (START > 0 && last.length > 1);',
    '}',
  ],
};

/** The ops whose \`true\` says that this was the last reference. */
function lastPuts(calls: Iterable<number>, { alphabet }: CounterReproduction['harness']): number[] {
  return [...calls].filter((call) => ledgerOf(alphabet.call(call).op)?.isLastPut === true);
}
