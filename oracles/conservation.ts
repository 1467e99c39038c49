import type { Result } from '../targets/subject.ts';

/** An op that ran to its end, for the oracles that need no schedule. */
export interface Completed {
  readonly op: string;
  readonly a: number;
  readonly result: Result;
  readonly warned: boolean;
}

/** By op: the references it gained, or undefined when the op overwrites the count, so that none can be counted. */
const GAINED: Readonly<Record<string, (a: number, result: Result) => number | undefined>> = {
  read: () => 0,
  set: () => undefined,
  set_release: () => undefined,
  add: (a) => a,
  sub: (a) => -a,
  inc: () => 1,
  dec: () => -1,
  add_return: (a) => a,
  sub_return: (a) => -a,
  inc_return: () => 1,
  dec_return: () => -1,
  fetch_add: (a) => a,
  fetch_sub: (a) => -a,
  fetch_inc: () => 1,
  fetch_dec: () => -1,
  sub_and_test: (a) => -a,
  dec_and_test: () => -1,
  inc_and_test: () => 1,
  add_negative: (a) => a,
  add_not_zero: (a, done) => (done ? a : 0),
  inc_not_zero: (_a, done) => (done ? 1 : 0),
  add_not_zero_acquire: (a, done) => (done ? a : 0),
  inc_not_zero_acquire: (_a, done) => (done ? 1 : 0),
  add_unless: (a, done) => (done ? a : 0),
  dec_not_one: (_a, done) => (done ? -1 : 0),
  dec_if_one: (_a, done) => (done ? -1 : 0),
  inc_unless_negative: (_a, done) => (done ? 1 : 0),
  dec_unless_positive: (_a, done) => (done ? -1 : 0),
};

const LAST_PUTS = new Set(['dec_and_test', 'sub_and_test', 'dec_if_one']);
/** Ops that can take the count away from 0 without having to look. */
const RAISES_FROM_ZERO = new Set([
  'inc',
  'add',
  'fetch_inc',
  'fetch_add',
  'inc_return',
  'add_return',
  'inc_and_test',
  'add_negative',
  'inc_unless_negative',
]);

/** With an amount of 0 or less these do the opposite of their name, and the rule of the one last put is off. */
const TAKES_AMOUNT = /^(add|sub|fetch_add|fetch_sub)_?/;

/**
 * What must hold at the end whatever the schedule was: final = start + gained - dropped (modulo 2³²), and,
 * where nothing can raise the count from 0, at most one put was told that it was the last.
 *
 * It says nothing once an op warned, or when an op overwrites the count. The caller asks only while every
 * value the word held lies outside saturation.
 *
 * @returns the index of the op to blame, or -1
 */
export function lostOrInvented(start: number, final: number, ops: readonly Completed[]): number {
  let expected = start;
  let lastPuts = 0;
  let lastPut = -1;
  let mayRise = false;
  for (const [index, { op, a, result, warned }] of ops.entries()) {
    const gained = GAINED[op]?.(a, result);
    if (warned || gained === undefined) return -1;
    expected = (expected + gained) | 0;
    if (RAISES_FROM_ZERO.has(op) || (TAKES_AMOUNT.test(op) && a <= 0)) mayRise = true;
    if (LAST_PUTS.has(op) && result === true) {
      lastPuts++;
      lastPut = index;
    }
  }
  if (start > 0 && !mayRise && lastPuts > 1) return lastPut;
  if (expected === final) return -1;
  return blamed(ops);
}

/** The last op that changes the count: conservation cannot tell more. */
function blamed(ops: readonly Completed[]): number {
  for (let index = ops.length - 1; index >= 0; index--) {
    const { op, a, result } = ops[index]!;
    if (GAINED[op]?.(a, result) !== 0) return index;
  }
  return ops.length - 1;
}
