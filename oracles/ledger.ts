import type { Result } from '../targets/subject/subject.ts';
import { declaredLedger, declaredMayTellLast, declaredTellsLast, type Ledger } from './declared-effects.ts';

export type { Ledger } from './declared-effects.ts';

const never = () => false;
const always = () => true;
const adding: Ledger = { gained: (a) => a, raisesZero: always };
/** A negative amount adds, from 0 as well. */
const dropping: Ledger = { gained: (a) => -a, raisesZero: (a) => a <= 0 };
const oneUp: Ledger = { gained: () => 1, raisesZero: always };
const oneDown: Ledger = { gained: () => -1, raisesZero: never };
/** Refuses at 0, but with a negative amount it does the opposite of its name. */
const addingUnlessZero: Ledger = { gained: (a, done) => (done ? a : 0), raisesZero: (a) => a <= 0 };
const oneUpUnlessZero: Ledger = { gained: (_a, done) => (done ? 1 : 0), raisesZero: never };
const oneDownIfDone: Ledger = { gained: (_a, done) => (done ? -1 : 0), raisesZero: never };

/** By op. What is not here overwrites the count, or does not say enough about what it did. */
const LEDGERS: Readonly<Record<string, Ledger>> = {
  read: { gained: () => 0, raisesZero: never },
  add: adding,
  sub: dropping,
  inc: oneUp,
  dec: oneDown,
  add_return: adding,
  sub_return: dropping,
  inc_return: oneUp,
  dec_return: oneDown,
  fetch_add: adding,
  fetch_sub: dropping,
  fetch_inc: oneUp,
  fetch_dec: oneDown,
  sub_and_test: { ...dropping, isLastPut: true },
  dec_and_test: { ...oneDown, isLastPut: true },
  inc_and_test: oneUp,
  add_negative: adding,
  add_unless: { gained: (a, done) => (done ? a : 0), raisesZero: (a, unless) => unless !== 0 || a <= 0 },
  add_not_zero: addingUnlessZero,
  add_not_zero_acquire: addingUnlessZero,
  inc_not_zero: oneUpUnlessZero,
  inc_not_zero_acquire: oneUpUnlessZero,
  inc_unless_negative: { gained: (_a, done) => (done ? 1 : 0), raisesZero: always },
  dec_unless_positive: oneDownIfDone,
  dec_not_one: oneDownIfDone,
  dec_if_one: { ...oneDownIfDone, isLastPut: true },
};

/** @returns undefined for an op that no ledger is kept for */
export function ledgerOf(op: string): Ledger | undefined {
  return LEDGERS[op] ?? declaredLedger(op);
}

/** Ops that answer with the count after them, and with the count before. */
const ANSWERS_AFTER: ReadonlySet<string> = new Set(['dec_return', 'sub_return']);
const ANSWERS_BEFORE: ReadonlySet<string> = new Set(['fetch_dec', 'fetch_sub']);

/** Whether the answer of a put tells its caller that it put the last reference: who is told so frees. */
export function tellsLast(op: string, a: number, result: Result | string): boolean {
  if (ANSWERS_AFTER.has(op)) return result === 0;
  if (ANSWERS_BEFORE.has(op)) return result === (op === 'fetch_dec' ? 1 : a);
  if (result === true && LEDGERS[op]?.isLastPut === true) return true;
  return declaredTellsLast(op, a, result);
}

/** Whether a put answers at all whether it was the last. */
export function mayTellLast(op: string): boolean {
  if (ANSWERS_AFTER.has(op) || ANSWERS_BEFORE.has(op) || LEDGERS[op]?.isLastPut === true) return true;
  return declaredMayTellLast(op);
}
