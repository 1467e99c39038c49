import { type IdealStep, stepOf } from '../targets/subject/ideal-effect.ts';
import type { Counter, Result } from '../targets/subject/subject.ts';
import { INT_MAX } from '../targets/subject/values.ts';
import { declaredEffect, declareEffects } from './declared-effects.ts';

export type { IdealStep } from '../targets/subject/ideal-effect.ts';

type Rule = (count: number, a: number, b: number) => IdealStep;

/** Takes or drops references. Exact: the sums of two 32-bit integers are far from 2⁵³. */
function change(count: number, delta: number, result: (next: number) => Result): IdealStep {
  const value = count + delta;
  return { value, result: result(value), misuse: count <= 0 || value < 0 };
}

/** Leaves the count alone, or overwrites it: never misuse. */
function settle(value: number, result: Result): IdealStep {
  return { value, result, misuse: false };
}

const nothing = () => undefined;
const addUnless = (count: number, delta: number, unless: number): IdealStep =>
  count === unless ? settle(count, false) : change(count, delta, () => true);

/**
 * One rule an op, by the kernel's name. Plain arithmetic; it shares nothing with the counters it judges. Names and
 * answers as in the kernel's atomic_t.txt and refcount.h: `fetch_` gives the old count, `_return` the new one.
 */
const RULES: Readonly<Record<string, Rule>> = {
  read: (count) => settle(count, count),
  set: (_count, value) => settle(value, undefined),
  set_release: (_count, value) => settle(value, undefined),

  add: (count, i) => change(count, i, nothing),
  sub: (count, i) => change(count, -i, nothing),
  inc: (count) => change(count, 1, nothing),
  dec: (count) => change(count, -1, nothing),

  add_return: (count, i) => change(count, i, (next) => next),
  sub_return: (count, i) => change(count, -i, (next) => next),
  inc_return: (count) => change(count, 1, (next) => next),
  dec_return: (count) => change(count, -1, (next) => next),
  fetch_add: (count, i) => change(count, i, () => count),
  fetch_sub: (count, i) => change(count, -i, () => count),
  fetch_inc: (count) => change(count, 1, () => count),
  fetch_dec: (count) => change(count, -1, () => count),

  sub_and_test: (count, i) => change(count, -i, (next) => next === 0),
  dec_and_test: (count) => change(count, -1, (next) => next === 0),
  inc_and_test: (count) => change(count, 1, (next) => next === 0),
  add_negative: (count, i) => change(count, i, (next) => next < 0),

  add_unless: addUnless,
  fetch_add_unless: (count, a, unless) =>
    count === unless ? settle(count, count) : change(count, a, () => count),
  add_not_zero: (count, i) => addUnless(count, i, 0),
  inc_not_zero: (count) => addUnless(count, 1, 0),
  add_not_zero_acquire: (count, i) => addUnless(count, i, 0),
  inc_not_zero_acquire: (count) => addUnless(count, 1, 0),
  dec_not_one: (count) => addUnless(count, -1, 1),
  dec_if_one: (count) => (count === 1 ? change(count, -1, () => true) : settle(count, false)),
  inc_unless_negative: (count) => (count < 0 ? settle(count, false) : change(count, 1, () => true)),
  dec_unless_positive: (count) => (count > 0 ? settle(count, false) : change(count, -1, () => true)),
  dec_if_positive: (count) => (count > 0 ? change(count, -1, (next) => next) : settle(count, count - 1)),

  xchg: (count, value) => settle(value, count),
  cmpxchg: (count, old, value) => settle(count === old ? value : count, count),
  try_cmpxchg: (count, old, value) => settle(count === old ? value : count, count === old),
};

const OVERWRITING: ReadonlySet<string> = new Set(['set', 'set_release', 'xchg', 'cmpxchg', 'try_cmpxchg']);

/** Whether an op puts a value there by intent: no promise about the old one survives it. */
export function overwrites(op: string): boolean {
  return OVERWRITING.has(op) || declaredEffect(op)?.change === '=';
}

/**
 * Takes note of the ideal effects that the ops of a counter declare, before anything is asked of them.
 *
 * @throws InputError for what says nothing, and for a name that means something else already
 */
export function declareIdeals(counter: Counter): void {
  declareEffects(counter, isKernelOp);
}

/** Whether the op is one of the kernel's. */
function isKernelOp(op: string): boolean {
  return Object.hasOwn(RULES, op);
}

/** Whether the ideal counter knows what an op ought to do: one of the kernel's, or one that declares it. */
export function hasRule(op: string): boolean {
  return isKernelOp(op) || declaredEffect(op) !== undefined;
}

/**
 * A count as a mathematical integer: the word as the counter reads it.
 *
 *     0xffffffff      signed: -1      unsigned: 4294967295
 */
export function readAs(value: number, reading: 'signed' | 'unsigned'): number {
  return reading === 'signed' ? value | 0 : value >>> 0;
}

/**
 * One op on the ideal counter.
 *
 * @param count the exact count; arguments are read like the word (an unsigned counter adds UINT_MAX, not -1)
 * @throws Error when there is no rule for the op: a subject declares the effect of an op of its own
 */
export function idealStep(
  op: string,
  a: number,
  b: number,
  count: number,
  reading: 'signed' | 'unsigned',
): IdealStep {
  const rule = RULES[op];
  if (rule) return rule(count, readAs(a, reading), readAs(b, reading));
  const declared = declaredEffect(op);
  if (!declared) throw new Error(`internal: the ideal counter has no rule for the op "${op}"`);
  return stepOf(declared, count, readAs(a, reading), readAs(b, reading));
}

/** Whether a word can hold this count. */
export function representable(count: number, reading: 'signed' | 'unsigned'): boolean {
  return reading === 'signed' ? count === (count | 0) : count >= 0 && count <= 2 * INT_MAX + 1;
}
