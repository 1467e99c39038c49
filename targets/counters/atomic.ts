import type { Counter } from '../subject/subject.ts';
import { KEEP as KEEP_WORD } from '../subject/word.ts';

/** Kept in this module: V8 checks an imported constant at every use, and a sweep makes 10¹¹ of these. */
const KEEP: typeof KEEP_WORD = KEEP_WORD;

/**
 * `atomic_t`: a 32-bit integer that wraps and never objects.
 *
 * Orders follow Documentation/atomic_t.txt: void read-modify-writes are relaxed, those that return a value
 * are fully ordered, conditional ones fully ordered on success. The last group are the idioms that the ops of
 * `refcount_t` replace, under the names of those ops, so that programs for one run on the other.
 */
export const atomic: Counter = {
  kind: 'counter',
  name: 'atomic',
  reading: 'signed',
  ops: {
    read: { arity: 0, run: (count) => count.load('relaxed') },
    set: { arity: 1, run: (count, value) => count.store(value, 'relaxed') },
    set_release: { arity: 1, run: (count, value) => count.store(value, 'release') },

    add: { arity: 1, run: (count, i) => void count.fetchAdd(i, 'relaxed') },
    sub: { arity: 1, run: (count, i) => void count.fetchSub(i, 'relaxed') },
    inc: { arity: 0, run: (count) => void count.fetchAdd(1, 'relaxed') },
    dec: { arity: 0, run: (count) => void count.fetchSub(1, 'relaxed') },

    add_return: { arity: 1, run: (count, i) => (count.fetchAdd(i, 'full') + i) | 0 },
    sub_return: { arity: 1, run: (count, i) => (count.fetchSub(i, 'full') - i) | 0 },
    inc_return: { arity: 0, run: (count) => (count.fetchAdd(1, 'full') + 1) | 0 },
    dec_return: { arity: 0, run: (count) => (count.fetchSub(1, 'full') - 1) | 0 },

    fetch_add: { arity: 1, run: (count, i) => count.fetchAdd(i, 'full') },
    fetch_sub: { arity: 1, run: (count, i) => count.fetchSub(i, 'full') },
    fetch_inc: { arity: 0, run: (count) => count.fetchAdd(1, 'full') },
    fetch_dec: { arity: 0, run: (count) => count.fetchSub(1, 'full') },

    // The tests are about the new value, on 32 bits: `sub_and_test(INT_MIN)` of INT_MIN is true.
    sub_and_test: { arity: 1, run: (count, i) => ((count.fetchSub(i, 'full') - i) | 0) === 0 },
    dec_and_test: { arity: 0, run: (count) => count.fetchSub(1, 'full') === 1 },
    inc_and_test: { arity: 0, run: (count) => count.fetchAdd(1, 'full') === -1 },
    add_negative: { arity: 1, run: (count, i) => ((count.fetchAdd(i, 'full') + i) | 0) < 0 },

    // Loops like `raw_atomic_fetch_add_unless`. The value seen is returned, or tells whether anything was stored.
    add_unless: {
      arity: 2,
      run: (count, a, unless) =>
        count.update((old) => (old === unless ? KEEP : (old + a) | 0), 'full') !== unless,
    },
    fetch_add_unless: {
      arity: 2,
      run: (count, a, unless) => count.update((old) => (old === unless ? KEEP : (old + a) | 0), 'full'),
    },
    inc_not_zero: {
      arity: 0,
      run: (count) => count.update((old) => (old === 0 ? KEEP : (old + 1) | 0), 'full') !== 0,
    },
    inc_unless_negative: {
      arity: 0,
      run: (count) => count.update((old) => (old < 0 ? KEEP : (old + 1) | 0), 'full') >= 0,
    },
    dec_unless_positive: {
      arity: 0,
      run: (count) => count.update((old) => (old > 0 ? KEEP : (old - 1) | 0), 'full') <= 0,
    },
    /** Returns the old value minus one even when it stores nothing. */
    dec_if_positive: {
      arity: 0,
      run: (count) => {
        const old = count.update((value) => (((value - 1) | 0) < 0 ? KEEP : (value - 1) | 0), 'full');
        return (old - 1) | 0;
      },
    },

    xchg: { arity: 1, run: (count, value) => count.exchange(value, 'full') },
    cmpxchg: { arity: 2, run: (count, old, value) => count.compareExchange(old, value, 'full') },
    /** Also writes the value seen back through its pointer; `cmpxchg` shows that value. */
    try_cmpxchg: { arity: 2, run: (count, old, value) => count.compareExchange(old, value, 'full') === old },

    // From here on the idioms.
    add_not_zero: {
      arity: 1,
      run: (count, i) => count.update((old) => (old === 0 ? KEEP : (old + i) | 0), 'full') !== 0,
    },
    inc_not_zero_acquire: {
      arity: 0,
      run: (count) => count.update((old) => (old === 0 ? KEEP : (old + 1) | 0), 'full') !== 0,
    },
    add_not_zero_acquire: {
      arity: 1,
      run: (count, i) => count.update((old) => (old === 0 ? KEEP : (old + i) | 0), 'full') !== 0,
    },
    dec_if_one: { arity: 0, run: (count) => count.compareExchange(1, 0, 'full') === 1 },
    dec_not_one: {
      arity: 0,
      run: (count) => count.update((old) => (old === 1 ? KEEP : (old - 1) | 0), 'full') !== 1,
    },
  },
  about: 'atomic_t, and for each refcount_t op the atomic_t idiom that it replaces',
  source: 'Documentation/atomic_t.txt',
};
