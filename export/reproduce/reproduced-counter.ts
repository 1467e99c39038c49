import type { Observed } from '../../fuzz/case/case.ts';
import { opCount, type Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import type { OpOutcome, TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import { idealStep, readAs, representable } from '../../oracles/ideal.ts';
import type { Counter, Result } from '../../targets/subject/subject.ts';
import { DecisionTrees } from './decision-trees.ts';
import { type RecordedOp, recordRun, recordWhole } from './recorded-ops.ts';
import type { ReproducedCase } from './reproduced-case.ts';

/**
 * What decides whether the divergence of a counter shows:
 *
 * - `alone`: the one op against the reference's;
 * - `ideal`: the one op against what the ideal counter gives;
 * - `order`: no order of whole ops explains what the ops gave;
 * - `conservation`: the end is not the start plus what was gained, or two puts were the last;
 * - `sticky`: a pinned word came loose.
 */
export type Question = 'alone' | 'ideal' | 'order' | 'conservation' | 'sticky';

/** What the ideal counter gives for one op, in the order of the calls. */
export interface IdealRow {
  readonly call: number;
  readonly result: Result;
  /** Folded to 32 bits. */
  readonly word: number;
  /** It is misuse, or a count that the word cannot hold. */
  readonly objects: boolean;
}

/** A case of a counter, taken apart. */
export interface CounterReproduction extends ReproducedCase {
  readonly kind: 'counter';
  readonly start: number;
  /** The ops of the subject in the order of their calls. */
  readonly ops: readonly RecordedOp[];
  readonly question: Question;
  readonly subject: DecisionTrees;
  /** The reference's ops, one after another in the order of the calls; absent when it is the ideal counter. */
  readonly reference: { readonly trees: DecisionTrees; readonly schedule: readonly number[] } | undefined;
  /** Present when there is no reference to run. */
  readonly ideal: readonly IdealRow[] | undefined;
  /** By call: the references that an op gains when its answer is not true, and when it is. */
  readonly gains: ReadonlyMap<number, readonly [no: number, yes: number]>;
  readonly saturated: number | undefined;
  /** The word when all threads are done. */
  readonly final: number;
  /** What the reference, or the ideal counter, gives in the order of the calls. */
  readonly expected: Observed;
}

/**
 * Takes a case of a counter apart.
 *
 * @param expected what the reference, or the ideal counter, gives in the order of the calls
 */
export function reproducedCounter(shared: ReproducedCase, expected: Observed): CounterReproduction {
  const { harness, stored, program, schedule } = shared;
  const start = program.start as number;
  const machine = new Machine(harness.subject);
  const ops = recordRun(machine, program, schedule);
  const final = machine.words[0]!;
  const { divergence } = stored.expect;
  const question = questionOf(harness, divergence, program);
  const subject = new DecisionTrees(harness.subject);
  for (const { call, steps, outcome } of ops) subject.add(call, steps, outcome);
  if (question === 'order') addOrders(subject, ops, start, final, divergence);
  return {
    ...shared,
    kind: 'counter',
    start,
    ops,
    question,
    subject,
    reference: harness.reference && inOrderOfCalls(harness.reference, ops, start),
    ideal: harness.reference ? undefined : idealRows(harness, ops, start),
    gains: new Map(ops.map(({ call }) => [call, gainsOf(harness, call)])),
    saturated: harness.target.subject.saturated,
    final,
    expected,
  };
}

function questionOf(harness: Harness, { kind }: Divergence, program: Program): Question {
  if (kind === 'sticky' || kind === 'conservation') return kind;
  if (opCount(program) > 1) return 'order';
  return harness.reference ? 'alone' : 'ideal';
}

/** The reference's ops one after another, each by the thread that called the subject's. */
function inOrderOfCalls(trees: TransitionTrees, ops: readonly RecordedOp[], start: number) {
  const code = new DecisionTrees(trees);
  const schedule: number[] = [];
  let value = start;
  for (const { call, thread } of ops) {
    const done = recordWhole(trees, call, value);
    code.add(call, done.steps, done.outcome);
    schedule.push(...done.steps.map(() => thread));
    value = done.value;
  }
  return { trees: code, schedule };
}

/**
 * Adds what a search for an order of whole ops will run. The reproducer makes this very search (`counter/order` in each
 * runtime), call by call and with the same table of dead ends, and its ops must have every branch that it comes to. The
 * oracle's just-in-time search answers the same question on other paths, so it cannot stand in for this one.
 */
function addOrders(
  code: DecisionTrees,
  ops: readonly RecordedOp[],
  start: number,
  final: number,
  { kind }: Divergence,
): void {
  const dead = new Set<string>();
  const isExplained = (value: number, left: readonly RecordedOp[]): boolean => {
    if (left.length === 0) return kind !== 'value' || value === final;
    const key = `${value} ${left.map(({ called }) => called)}`;
    if (dead.has(key)) return false;
    const explained = left.some((op) => {
      if (left.some((other) => other.returned < op.called)) return false;
      const would = recordWhole(code.trees, op.call, value);
      code.add(op.call, would.steps, would.outcome);
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
function idealRows(harness: Harness, ops: readonly RecordedOp[], start: number): IdealRow[] {
  const { reading } = harness.target.subject as Counter;
  let word = start;
  return ops.map(({ call }) => {
    const { op, a, b } = harness.alphabet.call(call);
    const ideal = idealStep(op, a, b, readAs(word, reading), reading);
    const objects = ideal.misuse || !representable(ideal.value, reading);
    const result = typeof ideal.result === 'number' ? ideal.result | 0 : ideal.result;
    word = ideal.value | 0;
    return { call, result, word, objects };
  });
}

/** Conservation asks what an op added by its answer: `inc_not_zero` gains 1 when it says true, and nothing when false. */
function gainsOf(harness: Harness, call: number): readonly [number, number] {
  const { reading } = harness.target.subject as Counter;
  return [gainOf(harness, call, false, reading), gainOf(harness, call, true, reading)];
}

/** What the ideal op adds to a count on which it gives this answer, or any where it gives none. */
function gainOf(harness: Harness, call: number, answer: Result, reading: Counter['reading']): number {
  const { op, a, b } = harness.alphabet.call(call);
  // Some count on which the ideal op gives this answer; what it adds there it adds on all of them.
  const counts = [100, 1, 0, a, -a, b, ...(reading === 'signed' ? [-1, -100, -1 - a] : [])];
  const steps = counts.map((count) => ({ count, ...idealStep(op, a, b, count, reading) }));
  const fitting = steps.find(({ result }) => result === answer) ?? steps[0]!;
  return (fitting.value - fitting.count) | 0;
}
