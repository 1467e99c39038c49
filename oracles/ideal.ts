import type { Result } from '../targets/subject/subject.ts';
import { INT_MAX } from '../targets/subject/values.ts';

/** What an op ought to do to a count that is a mathematical integer and never wraps. */
export interface IdealStep {
  /** The exact count afterwards. */
  readonly value: number;
  /** What a right answer would be. */
  readonly result: Result;
  /**
   * The caller broke the protocol: it took or dropped a reference on a count that was already 0 or below, or
   * dropped more than there were.
   */
  readonly misuse: boolean;
}

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
  return OVERWRITING.has(op);
}

/** Whether the ideal counter knows what an op ought to do. */
export function hasRule(op: string): boolean {
  return Object.hasOwn(RULES, op);
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
 * @throws Error when there is no rule for the op: a subject with an op of its own must add one
 */
export function idealStep(
  op: string,
  a: number,
  b: number,
  count: number,
  reading: 'signed' | 'unsigned',
): IdealStep {
  const rule = RULES[op];
  if (!rule) throw new Error(`internal: the ideal counter has no rule for the op "${op}"`);
  return rule(count, readAs(a, reading), readAs(b, reading));
}

/** Whether a word can hold this count. */
export function representable(count: number, reading: 'signed' | 'unsigned'): boolean {
  return reading === 'signed' ? count === (count | 0) : count >= 0 && count <= 2 * INT_MAX + 1;
}
