import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import {
  ADD_NOT_ZERO_OVF,
  ADD_OVF,
  ADD_UAF,
  DEC_LEAK,
  SUB_UAF,
} from '../../targets/counters/refcount-warnings.ts';
import type { Counter, CounterOp } from '../../targets/subject/subject.ts';
import { INT_MAX, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { KEEP, type Warning, type Word } from '../../targets/subject/word.ts';

/** `refcount/v5.5` with one defect. `c/counter.h` has each a second time, in C, behind the macro MUTANT_<NAME>. */
export interface Mutant {
  readonly name: string;
  /** Whether one thread shows it, or only ops that overlap. */
  readonly shows: 'alone' | 'together';
  readonly about: string;
  readonly ops: Readonly<Record<string, CounterOp['run']>>;
}

export const SOUND: Mutant = { name: 'sound', shows: 'alone', about: 'no defect', ops: {} };

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'zero',
    shows: 'alone',
    about: '`dec_and_test` says "last" at 0 too',
    ops: {
      dec_and_test: (count) => {
        const old = count.fetchSub(1, 'release');
        if (old === 1) return true;
        if (old <= 0) saturate(count, SUB_UAF);
        return old === 0;
      },
    },
  },
  {
    name: 'minus-one',
    shows: 'alone',
    about: '`inc` takes -1 for a good count',
    ops: {
      inc: (count) => {
        const old = count.fetchAdd(1, 'relaxed');
        if (old === 0) saturate(count, ADD_UAF);
        else if (old < -1 || old === INT_MAX) saturate(count, ADD_OVF);
      },
    },
  },
  {
    name: 'int-max',
    shows: 'alone',
    about: '`inc` lacks the check at INT_MAX',
    ops: {
      inc: (count) => {
        const old = count.fetchAdd(1, 'relaxed');
        if (old === 0) saturate(count, ADD_UAF);
        else if (old < 0) saturate(count, ADD_OVF);
      },
    },
  },
  {
    name: 'wrap',
    shows: 'alone',
    about: '`dec` checks the new value: INT_MIN wraps to INT_MAX',
    ops: {
      dec: (count) => {
        const old = count.fetchSub(1, 'release');
        if (((old - 1) | 0) <= 0) saturate(count, DEC_LEAK);
      },
    },
  },
  {
    name: 'argument',
    shows: 'alone',
    about: '`sub_and_test(i)` says "last" at 1, not at i',
    ops: {
      sub_and_test: (count, i) => {
        const old = count.fetchSub(i, 'release');
        if (old <= 0 || ((old - i) | 0) < 0) saturate(count, SUB_UAF);
        return old === 1;
      },
    },
  },
  {
    name: 'sequence',
    shows: 'alone',
    about: '`dec_and_test` says "last" at 24, several ops from every value of the tables',
    ops: {
      dec_and_test: (count) => {
        const old = count.fetchSub(1, 'release');
        if (old <= 0) saturate(count, SUB_UAF);
        return old === 1 || old === 24;
      },
    },
  },
  {
    name: 'near-int-max',
    shows: 'alone',
    about: '`inc_not_zero` refuses 0x7FFFFFF3 alone, 12 below INT_MAX',
    ops: {
      inc_not_zero: (count) => {
        const old = incNotZero(count);
        return old !== 0 && old !== 0x7ffffff3;
      },
    },
  },
  {
    name: 'magic',
    shows: 'alone',
    about: '`inc_not_zero` refuses 0x12345678 alone, far from everything',
    ops: {
      inc_not_zero: (count) => {
        const old = incNotZero(count);
        return old !== 0 && old !== 0x12345678;
      },
    },
  },
  {
    name: 'lost-increment',
    shows: 'together',
    about: '`inc` loads and stores',
    ops: {
      inc: (count) => {
        const old = count.load('relaxed');
        count.store((old + 1) | 0, 'relaxed');
        checkIncrement(count, old);
      },
    },
  },
  {
    name: 'stale-retry',
    shows: 'together',
    about: '`inc_not_zero` does not compute its sum again when its compare-exchange fails',
    ops: {
      inc_not_zero: (count) => {
        const first = count.load('relaxed');
        if (first === 0) return false;
        const sum = (first + 1) | 0;
        const old = count.compareExchange(first, sum, 'relaxed');
        if (old !== first && count.update((seen) => (seen === 0 ? KEEP : sum), 'relaxed') === 0) return false;
        if (first < 0 || sum < 0) saturate(count, ADD_NOT_ZERO_OVF);
        return true;
      },
    },
  },
  {
    name: 'check-before',
    shows: 'together',
    about: '`inc` checks what it loads, then adds: two at INT_MAX-1 overflow, and nobody saturates',
    ops: {
      inc: (count) => {
        const old = count.load('relaxed');
        if (old <= 0 || old === INT_MAX) checkIncrement(count, old);
        else count.fetchAdd(1, 'relaxed');
      },
    },
  },
  {
    name: 'gives-up',
    shows: 'together',
    about:
      '`inc_not_zero` refuses a live object when its compare-exchange has failed twice: three ops must overlap',
    ops: {
      inc_not_zero: (count) => {
        let old = count.load('relaxed');
        for (let attempt = 0; attempt < 2; attempt++) {
          if (old === 0) return false;
          const seen = count.compareExchange(old, (old + 1) | 0, 'relaxed');
          if (seen === old) {
            if (old < 0 || old === INT_MAX) saturate(count, ADD_NOT_ZERO_OVF);
            return true;
          }
          old = seen;
        }
        return false;
      },
    },
  },
];

/** @throws for a name that no mutant has */
export function findMutant(name: string | undefined): Mutant {
  const found = [SOUND, ...MUTANTS].find((mutant) => mutant.name === name);
  if (!found) throw new Error(`there is no mutant ${name}`);
  return found;
}

export function counterOf({ name, about, ops }: Mutant): Counter {
  const changed = Object.entries(ops).map(([op, run]) => [op, { ...refcountV55.ops[op]!, run }] as const);
  return {
    ...refcountV55,
    name: `${refcountV55.name}/${name}`,
    about,
    ops: { ...refcountV55.ops, ...Object.fromEntries(changed) },
  };
}

function saturate(count: Word, warning: Warning): void {
  count.store(REFCOUNT_SATURATED, 'relaxed');
  count.warn(warning);
}

/** What the sound `inc` does once it knows the old value. */
function checkIncrement(count: Word, old: number): void {
  if (old === 0) saturate(count, ADD_UAF);
  else if (old < 0 || old === INT_MAX) saturate(count, ADD_OVF);
}

/** The sound `inc_not_zero`. @returns the old value */
function incNotZero(count: Word): number {
  const old = count.update((value) => (value === 0 ? KEEP : (value + 1) | 0), 'relaxed');
  if (old < 0 || ((old + 1) | 0) < 0) saturate(count, ADD_NOT_ZERO_OVF);
  return old;
}
