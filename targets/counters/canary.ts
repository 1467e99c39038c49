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
    dec_and_test: { arity: 0, run: (count) => count.fetchSub(1, 'release') === 2 },
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
