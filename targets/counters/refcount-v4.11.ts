import type { Counter } from '../subject/subject.ts';
import { KEEP as KEEP_WORD, type Warning, type Word } from '../subject/word.ts';
import { ADD_UAF, DEC_LEAK, INC_ON_ZERO, SATURATED_TEXT, SUB_UAF } from './refcount-warnings.ts';

/** Kept in this module: V8 checks an imported constant at every use, and a sweep makes 10¹¹ of these. */
const KEEP: typeof KEEP_WORD = KEEP_WORD;

/** UINT_MAX as a signed 32-bit integer. */
const SATURATED = -1;
const SAT: Warning = { kind: 'SAT', text: SATURATED_TEXT };

/**
 * `refcount_t` as merged in v4.11 (lib/refcount.c): unsigned, saturating at UINT_MAX, every op a
 * compare-exchange loop. A refused op leaves the word alone, and there is no window.
 *
 * | op             | 0            | 1             | UINT_MAX - 1     | UINT_MAX |
 * |----------------|--------------|---------------|------------------|----------|
 * | `inc`          | stays, warns | 2             | UINT_MAX, warns  | stays    |
 * | `dec`          | stays, warns | 0, warns      | UINT_MAX - 2     | stays    |
 * | `dec_and_test` | stays, warns | 0, true       | UINT_MAX - 2     | stays    |
 */
export const refcountV411: Counter = {
  kind: 'counter',
  name: 'refcount/v4.11',
  reading: 'unsigned',
  saturated: SATURATED,
  inSaturation: (value) => value === SATURATED,
  ops: {
    read: { arity: 0, run: (count) => count.load('relaxed') },
    set: { arity: 1, run: (count, value) => count.store(value, 'relaxed') },

    add: {
      arity: 1,
      run: (count, i) => {
        if (!addNotZero(count, i)) count.warn(ADD_UAF);
      },
    },
    inc: {
      arity: 0,
      run: (count) => {
        if (!addNotZero(count, 1)) count.warn(INC_ON_ZERO);
      },
    },
    add_not_zero: { arity: 1, run: addNotZero },
    inc_not_zero: { arity: 0, run: (count) => addNotZero(count, 1) },

    sub_and_test: { arity: 1, run: subAndTest },
    dec_and_test: { arity: 0, run: (count) => subAndTest(count, 1) },
    dec: {
      arity: 0,
      run: (count) => {
        if (subAndTest(count, 1)) count.warn(DEC_LEAK);
      },
    },
    dec_if_one: { arity: 0, run: (count) => count.compareExchange(1, 0, 'release') === 1 },
    dec_not_one: { arity: 0, run: decNotOne },
  },
  about: 'refcount_t of v4.11: unsigned compare-exchange loops, saturating at UINT_MAX',
  source: 'lib/refcount.c, v4.11',
};

/** Warns only on the op that arrives at UINT_MAX; a counter already there stays silently. */
function addNotZero(count: Word, i: number): boolean {
  const old = count.update((value) => {
    if (value === 0 || value === SATURATED) return KEEP;
    return saturatingSum(value, i);
  }, 'relaxed');
  if (old === 0) return false;
  if (old !== SATURATED && saturatingSum(old, i) === SATURATED) count.warn(SAT);
  return true;
}

/** Unsigned; a sum above UINT_MAX stays there, as in "if (new < val) new = UINT_MAX". */
function saturatingSum(value: number, i: number): number {
  const sum = (value >>> 0) + (i >>> 0);
  return sum > 0xffffffff ? SATURATED : sum | 0;
}

/** "new > val" after an unsigned subtraction is the kernel's test for underflow; it does not store then. */
function subAndTest(count: Word, i: number): boolean {
  const underflows = (value: number) => value !== SATURATED && i >>> 0 > value >>> 0;
  const old = count.update((value) => {
    if (value === SATURATED || underflows(value)) return KEEP;
    return (value - i) | 0;
  }, 'release');
  if (underflows(old)) {
    count.warn(SUB_UAF);
    return false;
  }
  return old !== SATURATED && old === i;
}

/** True at 0 as well, where it warns and stores nothing: false is for 1 alone. */
function decNotOne(count: Word): boolean {
  const old = count.update((value) => {
    if (value === SATURATED || value === 1 || value === 0) return KEEP;
    return (value - 1) | 0;
  }, 'release');
  if (old === 0) count.warn(SUB_UAF);
  return old !== 1;
}
