import type { Counter } from '../subject/subject.ts';
import { REFCOUNT_SATURATED as SATURATED } from '../subject/values.ts';
import { KEEP as KEEP_WORD, type MemoryOrder, type Warning, type Word } from '../subject/word.ts';
import * as warnings from './refcount-warnings.ts';

/** Kept in this module: V8 checks an imported constant at every use, and a sweep makes 10¹¹ of these. */
const KEEP: typeof KEEP_WORD = KEEP_WORD;
const { ADD_NOT_ZERO_OVF, ADD_OVF, ADD_UAF, DEC_LEAK, SUB_UAF } = warnings;
const REFCOUNT_SATURATED = SATURATED;

/**
 * `refcount_t` since v5.5 (include/linux/refcount.h, as of 6.12).
 *
 * Every op changes the word first and checks the old value after; a bad one is then overwritten with
 * REFCOUNT_SATURATED. Between the two accesses the word holds an illegal value that other threads can see:
 * the window that the header's opening comment accepts. From INT_MAX:
 *
 *     thread 0  inc        fetch_add(1)                             store 0xC0000000, warns
 *     thread 1  read                      load: INT_MIN
 *     word      INT_MAX    INT_MIN        INT_MIN                   0xC0000000
 *
 * The saturated value lies in the middle of the negative half: it takes some 2^30 racing ops, in either direction, to
 * get from there to a value that looks good.
 */
export const refcountV55: Counter = {
  kind: 'counter',
  name: 'refcount/v5.5',
  reading: 'signed',
  saturated: REFCOUNT_SATURATED,
  // Additions and subtractions pin all of the negative half again; `dec_not_one` alone moves through it.
  inSaturation: (value) => value < 0,
  documented: 'refcount/v5.5',
  ops: {
    read: { arity: 0, run: (count) => count.load('relaxed') },
    set: { arity: 1, run: (count, value) => count.store(value, 'relaxed') },
    set_release: { arity: 1, run: (count, value) => count.store(value, 'release') },

    add: { arity: 1, run: (count, i) => add(count, i) },
    inc: { arity: 0, run: (count) => add(count, 1) },
    add_not_zero: { arity: 1, run: (count, i) => addNotZero(count, i, 'relaxed') },
    inc_not_zero: { arity: 0, run: (count) => addNotZero(count, 1, 'relaxed') },
    add_not_zero_acquire: { arity: 1, run: (count, i) => addNotZero(count, i, 'acquire') },
    inc_not_zero_acquire: { arity: 0, run: (count) => addNotZero(count, 1, 'acquire') },

    sub_and_test: { arity: 1, run: (count, i) => subAndTest(count, i) },
    dec_and_test: { arity: 0, run: (count) => subAndTest(count, 1) },
    dec: {
      arity: 0,
      run: (count) => {
        if (count.fetchSub(1, 'release') <= 1) saturate(count, DEC_LEAK);
      },
    },
    dec_if_one: { arity: 0, run: (count) => count.compareExchange(1, 0, 'release') === 1 },
    dec_not_one: { arity: 0, run: decNotOne },
  },
  about: 'refcount_t since v5.5: read-modify-write first, check after, saturate at 0xC0000000',
  source: 'include/linux/refcount.h and lib/refcount.c, v5.5 and later',
};

/** refcount_warn_saturate() stores first and warns afterwards: the window is closed before the slow printing begins. */
function saturate(count: Word, warning: Warning): void {
  count.store(REFCOUNT_SATURATED, 'relaxed');
  count.warn(warning);
}

/** Relaxed: whoever adds has a reference already, by which the object is visible to them. */
function add(count: Word, i: number): void {
  const old = count.fetchAdd(i, 'relaxed');
  if (old === 0) saturate(count, ADD_UAF);
  else if (old < 0 || ((old + i) | 0) < 0) saturate(count, ADD_OVF);
}

function addNotZero(count: Word, i: number, order: MemoryOrder): boolean {
  const old = count.update((value) => (value === 0 ? KEEP : (value + i) | 0), order);
  // The check is not conditional on success: with a negative i it also fires at 0.
  if (old < 0 || ((old + i) | 0) < 0) saturate(count, ADD_NOT_ZERO_OVF);
  return old !== 0;
}

/**
 * Release, so that all uses of the object come before the free. After a `true` acquire as well (since v5.1), so that who
 * frees may read what others wrote: `smp_acquire__after_ctrl_dep`.
 */
function subAndTest(count: Word, i: number): boolean {
  const old = count.fetchSub(i, 'release');
  if (old > 0 && old === i) {
    count.fence('acquire');
    return true;
  }
  if (old <= 0 || ((old - i) | 0) < 0) saturate(count, SUB_UAF);
  return false;
}

/**
 * Unlike the others it knows only equality with REFCOUNT_SATURATED, so the rest of the bad range moves in
 * silence; and at 0, the one value whose decrement comes out larger as unsigned, it warns without saturating.
 */
function decNotOne(count: Word): boolean {
  const old = count.update((value) => {
    if (value === REFCOUNT_SATURATED || value === 1 || value === 0) return KEEP;
    return (value - 1) | 0;
  }, 'release');
  if (old === 0) count.warn(SUB_UAF);
  return old !== 1;
}
