import type { Later } from '../../subject/later.ts';
import type { Lock } from '../../subject/rcu-object.ts';
import { bitsChangedWide, type WideWord } from '../../subject/wide-word.ts';
import { bitsChanged, KEEP, type SharedWord } from '../../subject/word.ts';
import { isMet } from './await-call.ts';
import type { SoughtValue, SoughtValues } from './sought-values.ts';

/** How an access asks what comes of it: it is answered with one of these, or stops its op. */
export type Ask = (possible: readonly SoughtValue[]) => SoughtValue;

/** Of an access that has no result. */
const ONE: readonly number[] = [0];
const EITHER: readonly number[] = [0, 1];
/** Nobody has it, one alone, or some together. */
const OWNERS: readonly number[] = [0, 1, 2];
/** The sequence that a reader began with, and another: all that readers compare. */
const SEQUENCES: readonly number[] = [0, 2];

/** @param taken tells that somebody has it: an access of its word meets that, where it is one of a pair */
export function soughtLock(ask: Ask, taken: () => void): Lock {
  const nothing = () => void ask(ONE);
  const take = () => {
    taken();
    ask(ONE);
  };
  const tryTake = () => {
    taken();
    return ask(EITHER) === 1;
  };
  return {
    acquire: take,
    release: nothing,
    tryAcquire: tryTake,
    acquireShared: take,
    tryAcquireShared: tryTake,
    releaseShared: nothing,
    downgrade: nothing,
    look: () => ask(OWNERS) as 0 | 1 | 2,
    beginWrite: take,
    endWrite: nothing,
    readBegin: () => ask(ONE) as number,
    readNow: () => ask(SEQUENCES) as number,
  };
}

/** Armed or not, and running or not. */
const RUNS: readonly number[] = [0, 1, 2, 3];

/** @param armed tells of a function that will be run */
export function soughtLater(ask: Ask, armed: (which: number) => void): Later {
  const nothing = () => void ask(ONE);
  const either = () => ask(EITHER) === 1;
  return {
    arm: (which) => {
      armed(which);
      return either();
    },
    cancel: either,
    state: () => ask(RUNS) as number,
    flushBegin: either,
    flushEnd: nothing,
    synchronizeBegin: nothing,
    synchronizeEnd: nothing,
    srcuLock: nothing,
    srcuUnlock: nothing,
    sleepBegin: nothing,
    sleep: nothing,
    sleepEnd: nothing,
    wake: nothing,
  };
}

/** A word of up to 4 bytes. What an access leaves is noted before it asks: it is there whatever the op does afterwards. */
export function soughtWord(values: SoughtValues, place: number, ask: Ask): SharedWord {
  const held = () => values.of(place) as readonly number[];
  const answer = () => ask(held()) as number;
  const change = (next: (old: number) => number) => {
    for (const old of [...held()]) values.add(place, next(old));
    return answer();
  };
  return {
    load: answer,
    store: (value) => {
      values.add(place, value);
      ask(ONE);
    },
    exchange: (value) => change(() => value),
    fetchAdd: (value) => change((old) => old + value),
    fetchSub: (value) => change((old) => old - value),
    fetchBits: (how, value) => change((old) => bitsChanged(old, how, value)),
    compareExchange: (expected, desired) => change((old) => (old === (expected | 0) ? desired : old)),
    await: (condition, operand, add) =>
      change((old) => (isMet(BigInt(old), condition, BigInt(operand)) ? old + add : old)),
    update: (next) => {
      const old = answer();
      const desired = next(old);
      if (desired !== KEEP) values.add(place, desired);
      return old;
    },
    repeat: (round) => void round(),
    warn: () => {},
    fence: () => {},
  };
}

/** A word of 8 bytes. */
export function soughtWide(values: SoughtValues, place: number, ask: Ask): WideWord {
  const held = () => values.of(place) as readonly bigint[];
  return wideWord(held, (value) => values.add(place, value), ask);
}

/** Two neighbours. */
export function soughtPair(values: SoughtValues, low: number, high: number, ask: Ask): WideWord {
  const held = () => values.ofPair(low, high) as readonly bigint[];
  return wideWord(held, (value) => values.addPair(low, high, value), ask);
}

function wideWord(held: () => readonly bigint[], add: (value: bigint) => void, ask: Ask): WideWord {
  const answer = () => ask(held()) as bigint;
  const change = (next: (old: bigint) => bigint) => {
    for (const old of [...held()]) add(next(old));
    return answer();
  };
  return {
    load: answer,
    store: (value) => {
      add(value);
      ask(ONE);
    },
    exchange: (value) => change(() => value),
    fetchAdd: (value) => change((old) => old + value),
    fetchSub: (value) => change((old) => old - value),
    fetchBits: (how, value) => change((old) => bitsChangedWide(old, how, value)),
    compareExchange: (expected, desired) => change((old) => (old === expected ? desired : old)),
    // What meets no condition may have been answered all the same: that an op went on with it does no harm, see `findWords`.
    await: (condition, operand, more) => change((old) => (isMet(old, condition, operand) ? old + more : old)),
  };
}
