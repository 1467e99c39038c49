import { boundaryOfOp } from '../../oracles/boundary.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import { mayRefuse } from '../../oracles/holdings.ts';
import { idealStep, readAs } from '../../oracles/ideal.ts';
import type { Alone } from '../../oracles/oracle.ts';
import type { Counter, Result } from '../../targets/subject/subject.ts';
import type { Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { useAlone } from './use.ts';

/** One op, run from the same value on both sides. */
export interface Pair {
  /** For the ideal reference: the exact answer, its value folded to 32 bits. */
  readonly reference: Alone;
  readonly subject: Alone;
  readonly divergences: readonly Divergence[];
}

/**
 * Runs one op on both sides from the value `old` and judges the difference.
 *
 *     inc from INT_MAX, refcount/v5.5 against atomic
 *     reference: word INT_MIN, silent: wrong, the count cannot be negative
 *     subject:   word 0xc0000000, "saturated; leaking memory": it objects
 *     one divergence: inc-int-max-value-protects
 *
 * @param call its number in the harness's alphabet
 * @param old a signed 32-bit integer
 * @throws NonTerminatingOp
 */
export function comparePair(harness: Harness, call: number, old: number): Pair {
  const subject = runAlone(harness.subject, call, old);
  const reference = harness.reference
    ? runAlone(harness.reference, call, old)
    : idealAlone(harness, call, old);
  return { reference, subject, divergences: judgePair(harness, call, old, reference, subject) };
}

/**
 * Judges what one op, run from the value `old`, did on the two sides: every oracle that looks at single ops. More than
 * one divergence is possible: `lockstep`, `sticky` and `last-put` each have a say.
 */
export function judgePair(
  harness: Harness,
  call: number,
  old: number,
  reference: Alone,
  subject: Alone,
): Divergence[] {
  const { op, a, b } = harness.alphabet.call(call);
  const counter = harness.target.subject as Counter;
  const referenceCounter = harness.reference?.subject as Counter | undefined;
  const pair = { op, a, b, old, reference, subject, counter, referenceCounter };
  const divergences: Divergence[] = [];
  for (const judgeOp of harness.oracles.ofOps) {
    const verdict = judgeOp(pair);
    if (!verdict) continue;
    const boundary = boundaryOfOp(op, a, b, old, harness.saturated);
    const isDenial =
      verdict.judgement === 'breaks' &&
      isRefused(op, old, reference, subject) &&
      useAlone(harness, call, old) === 'sound';
    divergences.push({ op, boundary, ...verdict, ...(isDenial && { judgement: 'false-alarm' as const }) });
  }
  return divergences;
}

/** Whether the subject says that there is no reference to be had, where the reference grants one, and leaves it at that. */
function isRefused(op: string, old: number, reference: Alone, subject: Alone): boolean {
  return mayRefuse(op) && reference.result === true && subject.result === false && subject.value === old;
}

function runAlone(trees: TransitionTrees, call: number, old: number): Alone {
  const index = trees.specification.atomically(call, old);
  const { result, warnings } = trees.outcomeOf(trees.specification.atomicOutcome(index));
  return {
    result: result as Result,
    value: trees.specification.atomicValue(index),
    warnings: warnings.map((warning) => warning.text),
  };
}

function idealAlone(harness: Harness, call: number, old: number): Alone {
  const { op, a, b } = harness.alphabet.call(call);
  const { reading } = harness.target.subject as Counter;
  const ideal = idealStep(op, a, b, readAs(old, reading), reading);
  const result = typeof ideal.result === 'number' ? ideal.result | 0 : ideal.result;
  return { result, value: ideal.value | 0, warnings: [] };
}
