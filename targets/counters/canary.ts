import type { Counter } from '../subject/subject.ts';
import { refcountV411 } from './refcount-v4.11.ts';

/**
 * refcount/v4.11 with two planted bugs that every engine must find: one that a single thread shows
 * (`dec_and_test` says "last" one reference early) and one that takes a race (`inc_not_zero` looks first and
 * adds later). A campaign that does not find them is broken.
 */
export const canary: Counter = {
  ...refcountV411,
  name: 'canary',
  ops: {
    ...refcountV411.ops,
    // True at 2, with one reference left; and at 1, where it ought to be true, false.
    dec_and_test: { arity: 0, run: (count) => count.fetchSub(1, 'release') === 2 },
    // From 1: it reads 1; `dec_and_test` of another thread takes the count to 0; it adds, and claims a reference.
    inc_not_zero: {
      arity: 0,
      run: (count) => {
        if (count.load('relaxed') === 0) return false;
        count.fetchAdd(1, 'relaxed');
        return true;
      },
    },
  },
  about: 'refcount/v4.11 with planted bugs: a campaign that does not find them is broken',
};
