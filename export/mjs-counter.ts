import type { Case, Observed } from '../fuzz/case.ts';
import type { Harness } from '../fuzz/harness.ts';
import { Machine } from '../fuzz/machine.ts';
import { opCount, type Program } from '../fuzz/program.ts';
import type { OpOutcome, TransitionTrees } from '../fuzz/transition-trees.ts';
import type { Divergence } from '../oracles/divergence.ts';
import { idealStep, readAs, representable } from '../oracles/ideal.ts';
import type { Counter, Result } from '../targets/subject.ts';
import { accessCode, COUNTER_STEPS, SOME_ORDER, TABLE } from './mjs-runtime.ts';
import { literal, OpCode, resultCode } from './op-code.ts';
import { type RecordedOp, recordRun, recordWhole } from './recorded-ops.ts';

/** The lines of an exported counter case, below its header. */
export function counterProgram(
  harness: Harness,
  { expect }: Case,
  program: Program,
  schedule: readonly number[],
  reference: Observed,
): string[] {
  const machine = new Machine(harness.subject);
  const ops = recordRun(machine, program, schedule);
  const question = questionOf(harness, expect.divergence, program);
  const subject = new OpCode(harness.subject);
  for (const { letter, steps, outcome } of ops) subject.add(letter, steps, outcome);
  if (question === 'order')
    addOrders(harness, subject, ops, program.start as number, machine, expect.divergence);
  const inOrder = harness.reference && referenceCode(harness.reference, ops, program.start as number);
  const nameOf = (letter: number) => opName(harness, letter);
  const kinds = new Set([...subject.kinds, ...(inOrder?.kinds ?? [])]);

  return [
    `const START = ${literal(program.start as number)};`,
    '/** By thread: the ops it calls. */',
    `const program = ${JSON.stringify(program.threads.map((letters) => letters.map(nameOf)))};`,
    '/** The thread of each access. */',
    `const schedule = ${JSON.stringify(schedule)};`,
    '',
    '/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */',
    ...subject.lines('subject', nameOf),
    '',
    ...(inOrder
      ? ['/** The ops of the reference, likewise. */', ...inOrder.lines('reference', nameOf)]
      : idealData(harness, ops, program, reference, nameOf)),
    '',
    ...lines(accessCode(kinds, subject.words, harness.target.subject), COUNTER_STEPS),
    ...(question === 'order' ? lines(SOME_ORDER) : []),
    ...lines(TABLE, ...judging(harness, question, expect.divergence, ops)),
  ].flatMap((line) => line.split('\n'));
}

function lines(...parts: readonly string[]): string[] {
  return parts.flatMap((part) => part.split('\n'));
}

export function opName(harness: Harness, letter: number): string {
  if (letter < 0) return 'callback';
  const text = harness.alphabet.format(letter);
  return text.endsWith(')') ? text : `${text}()`;
}

/** What decides whether the divergence shows. */
type Question = 'alone' | 'ideal' | 'order' | 'conservation' | 'sticky';

function questionOf(harness: Harness, { kind }: Divergence, program: Program): Question {
  if (kind === 'sticky' || kind === 'conservation') return kind;
  if (opCount(program) > 1) return 'order';
  return harness.reference ? 'alone' : 'ideal';
}

/** The ops of the reference as they run one after another, in the order of the calls. */
function referenceCode(trees: TransitionTrees, ops: readonly RecordedOp[], start: number): OpCode {
  const code = new OpCode(trees);
  let value = start;
  for (const { letter } of ops) {
    const done = recordWhole(trees, letter, value);
    code.add(letter, done.steps, done.outcome);
    value = done.value;
  }
  return code;
}

/** Adds what the exported search for an order will run. It is the same search: see SOME_ORDER. */
function addOrders(
  harness: Harness,
  code: OpCode,
  ops: readonly RecordedOp[],
  start: number,
  machine: Machine,
  { kind }: Divergence,
): void {
  const final = machine.words[0]!;
  const dead = new Set<string>();
  const isExplained = (value: number, left: readonly RecordedOp[]): boolean => {
    if (left.length === 0) return kind !== 'value' || value === final;
    const key = `${value} ${left.map(({ called }) => called)}`;
    if (dead.has(key)) return false;
    const explained = left.some((op) => {
      if (left.some((other) => other.returned < op.called)) return false;
      const would = recordWhole(harness.subject, op.letter, value);
      code.add(op.letter, would.steps, would.outcome);
      const rest = () => left.filter((other) => other !== op);
      return sameAnswer(would.outcome, op.outcome, kind) && isExplained(would.value, rest());
    });
    if (!explained) dead.add(key);
    return explained;
  };
  isExplained(start, ops);
}

function sameAnswer(one: OpOutcome, other: OpOutcome | undefined, kind: Divergence['kind']): boolean {
  const texts = (outcome: OpOutcome | undefined) => outcome?.warnings.map(({ text }) => text).join('\n');
  return one.result === other?.result && (kind === 'result' || texts(one) === texts(other));
}

/** The ideal counter is arithmetic on exact integers: what it gives is written down, not run. */
function idealData(
  harness: Harness,
  ops: readonly RecordedOp[],
  { start }: Program,
  { final }: Observed,
  nameOf: (letter: number) => string,
): string[] {
  const { reading } = harness.target.subject as Counter;
  let value = start as number;
  const rows = ops.map(({ letter }) => {
    const { op, a, b } = harness.alphabet.letter(letter);
    const ideal = idealStep(op, a, b, readAs(value, reading), reading);
    const objects = ideal.misuse || !representable(ideal.value, reading);
    const result = typeof ideal.result === 'number' ? ideal.result | 0 : ideal.result;
    value = ideal.value | 0;
    return `  { op: ${JSON.stringify(nameOf(letter))}, result: ${resultCode(result)}, word: ${literal(value)}, objects: ${objects} },`;
  });
  return [
    '/**',
    ' * What the ideal counter, an integer that never wraps, gives in the order of the calls; folded to 32 bits.',
    ' * It objects to misuse, and to a count that the word cannot hold.',
    ' */',
    'const ideal = [',
    ...rows,
    '];',
    `// The word at the end: ${literal(final!)}`,
  ];
}

/** The main part: run, print, judge. */
function judging(
  harness: Harness,
  question: Question,
  divergence: Divergence,
  ops: readonly RecordedOp[],
): string[] {
  return [
    `
const VALUES = 'word';
let final = START;

/** @returns whether it diverges */
function runSubject() {
  Atomics.store(words, COUNT, START);
  for (const thread of schedule) step(subject, thread);
  if (calls.some(({ returned }) => returned === Infinity)) throw new Unrecorded('the schedule ends inside an op');
  final = Atomics.load(words, COUNT);
  printTable();
  console.log('subject:   ' + summary(threads, calls, final));
${harness.reference ? REFERENCE_SUMMARY : IDEAL_SUMMARY}
  return diverges(subject);
}
${harness.reference ? RUN_REFERENCE : RUN_IDEAL}
function summary(sides, done, word) {
  const results = sides.map((side) => '[' + side.results.map(show).join(', ') + ']').join(' ');
  const warned = done.flatMap(({ warnings }) => warnings);
  return 'results ' + results + ', word ' + show(word) + (warned.length > 0 ? ', warns: ' + warned.join('; ') : '');
}
`.trimEnd(),
    '',
    ...JUDGES[question](harness, divergence, ops),
    MAIN(`${divergence.op}: ${divergence.kind}, ${divergence.judgement}`),
  ];
}

const REFERENCE_SUMMARY = `  console.log('reference: ' + summary(...inOrder()));`;

const IDEAL_SUMMARY = `  const given = ideal.map(({ op, result, word }) => op + ' = ' + show(result) + ', word ' + show(word));
  console.log('ideal:     ' + given.join('; '));`;

const RUN_REFERENCE = `
/** The reference runs its ops one after another, in the order in which the subject's were called. */
function inOrder() {
  let word = START;
  const sides = program.map(() => ({ results: [] }));
  const done = calls.map(({ thread, name }) => {
    const { result, warnings, value } = whole(reference, name, word);
    word = value;
    sides[thread].results.push(result);
    return { name, result, warnings };
  });
  return [sides, done, word];
}

function runReference() {
  // The subject runs first, unseen: it tells the order of the calls.
  Atomics.store(words, COUNT, START);
  for (const thread of schedule) step(subject, thread);
  const order = calls.splice(0).map(({ thread }) => thread);
  for (const self of threads) self.results = [];
  rows = [];
  Atomics.store(words, COUNT, START);
  for (const thread of order) {
    step(reference, thread);
    while (threads[thread].op) step(reference, thread);
  }
  final = Atomics.load(words, COUNT);
  printTable();
  console.log('reference: ' + summary(threads, calls, final));
  return diverges(reference);
}
`;

const RUN_IDEAL = `
function runReference() {
  for (const { op, result, word } of ideal) console.log(op + ' = ' + show(result) + ', word ' + show(word));
  return false;
}
`;

type JudgeCode = (harness: Harness, divergence: Divergence, ops: readonly RecordedOp[]) => string[];

const JUDGES: Readonly<Record<Question, JudgeCode>> = {
  alone: () => [
    '/** The one op: its result, the word and the warnings against those of the reference. */',
    'function diverges() {',
    '  const [, [expected], word] = inOrder();',
    '  const [seen] = calls;',
    "  const warns = ({ warnings }) => warnings.join('\\n');",
    '  return seen.result !== expected.result || final !== word || warns(seen) !== warns(expected);',
    '}',
  ],
  ideal: ({ target }) => [
    '/** An objection is a warning, or a word pinned to the saturation value. */',
    'function diverges() {',
    '  const [expected] = ideal;',
    '  const [seen] = calls;',
    target.subject.saturated === undefined
      ? '  const objects = seen.warnings.length > 0;'
      : `  const objects = seen.warnings.length > 0 || (final === ${literal(target.subject.saturated)} && final !== expected.word);`,
    '  if (objects || expected.objects) return objects !== expected.objects;',
    '  return seen.result !== expected.result || final !== expected.word;',
    '}',
  ],
  order: (_, { kind }) => [
    `const COMPARED = { warnings: ${kind !== 'result'}, word: ${kind === 'value'} };`,
    '',
    '/** Ops are seen half-way when no order of whole ops explains what they gave. */',
    'function diverges(ops) {',
    '  return !isExplained(ops, START, calls);',
    '}',
  ],
  sticky: ({ target }) => [
    `const SATURATED = ${literal(target.subject.saturated ?? 0)};`,
    '',
    '/** A word that was pinned stays pinned. The reference has given no such promise. */',
    'function diverges(ops) {',
    '  if (ops !== subject || final === SATURATED) return false;',
    '  return rows.some(({ old, value }) => old === SATURATED && value !== SATURATED);',
    '}',
  ],
  conservation: (harness, _, ops) => [
    '/** By op: the references it gains, or those it gains when its answer is false and when it is true. */',
    'const gains = {',
    ...gainLines(harness, ops),
    '};',
    '',
    '/** The end is the start plus what was gained, and at most one put was told that it was the last. */',
    'function diverges() {',
    '  let expected = START;',
    '  for (const { name, result } of calls) expected = (expected + gains[name][Number(result === true)]) | 0;',
    `  const lastPuts = calls.filter(({ name, result }) => result === true && /^(dec_and_test|sub_and_test|dec_if_one)\\b/.test(name));`,
    '  return expected !== final || (START > 0 && lastPuts.length > 1);',
    '}',
  ],
};

function gainLines(harness: Harness, ops: readonly RecordedOp[]): string[] {
  const { reading } = harness.target.subject as Counter;
  return [...new Set(ops.map(({ letter }) => letter))].map((letter) => {
    const [no, yes] = [false, true].map((answer) => gainOf(harness, letter, answer, reading));
    return `  ${JSON.stringify(opName(harness, letter))}: [${no}, ${yes}],`;
  });
}

/** What the ideal op adds to a count on which it gives this answer, or any where it gives none. */
function gainOf(harness: Harness, letter: number, answer: Result, reading: Counter['reading']): number {
  const { op, a, b } = harness.alphabet.letter(letter);
  const counts = [100, 1, 0, a, -a, b, ...(reading === 'signed' ? [-1, -100, -1 - a] : [])];
  const steps = counts.map((count) => ({ count, ...idealStep(op, a, b, count, reading) }));
  const fitting = steps.find(({ result }) => result === answer) ?? steps[0]!;
  return (fitting.value - fitting.count) | 0;
}

/** Runs, prints the verdict, and turns it into the exit code. */
export const MAIN = (what: string) => `
try {
  const flags = process.argv.slice(2);
  if (flags.some((flag) => flag !== '--reference')) throw new Unrecorded('the only flag is --reference');
  const found = flags.length > 0 ? runReference() : runSubject();
  console.log(found ? ${JSON.stringify(`DIVERGES (${what})`)} : 'agrees');
  process.exitCode = found ? 1 : 0;
} catch (error) {
  console.error('cannot run: ' + (error instanceof Unrecorded ? error.message : error.stack));
  process.exitCode = 2;
}`;
