import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import { DEC_LEAK, SUB_UAF } from '../../targets/counters/refcount-warnings.ts';
import type { Counter, CounterOp } from '../../targets/subject/subject.ts';
import { REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import type { Warning, Word } from '../../targets/subject/word.ts';

/** A copy of refcount/v5.5 with one op changed. */
export interface NearCopy {
  readonly counter: Counter;
  /** The op that is changed. */
  readonly op: string;
  /** How many threads of one op it takes to see that; 0 where nobody can. */
  readonly threads: 0 | 1 | 2;
  /** It can do nothing new, only less: there is no run of it to show. */
  readonly onlyLoses?: true;
}

function copy(name: string, op: string, threads: NearCopy['threads'], run: CounterOp['run']): NearCopy {
  const ops = { ...refcountV55.ops, [op]: { arity: refcountV55.ops[op]!.arity, run } };
  const full = `copy/${name}`;
  return { counter: { ...refcountV55, name: full, documented: full, ops }, op, threads };
}

function saturate(count: Word, warning: Warning): void {
  count.store(REFCOUNT_SATURATED, 'relaxed');
  count.warn(warning);
}

const sound = (op: string) => (count: Word) => refcountV55.ops[op]!.run(count, 0, 0);

export const NEAR_COPIES: readonly NearCopy[] = [
  copy('another-warning', 'dec', 1, (count) => {
    if (count.fetchSub(1, 'release') <= 1) saturate(count, SUB_UAF);
  }),
  copy('no-warning', 'dec_and_test', 1, (count) => {
    const old = count.fetchSub(1, 'release');
    if (old <= 0) count.store(REFCOUNT_SATURATED, 'relaxed');
    return old === 1;
  }),
  copy('off-by-one', 'dec', 1, (count) => {
    if (count.fetchSub(1, 'release') < 1) saturate(count, DEC_LEAK);
  }),
  copy('load-then-store', 'dec_if_one', 2, (count) => {
    if (count.load('relaxed') !== 1) return false;
    count.store(0, 'release');
    return true;
  }),
  // It decides by what it saw before it took its reference away.
  copy('load-then-sub', 'dec_and_test', 2, (count) => {
    const old = count.load('relaxed');
    count.fetchSub(1, 'release');
    if (old <= 0) saturate(count, SUB_UAF);
    return old === 1;
  }),
  // The accesses of one that saturates, in the other order.
  copy('saturates-first', 'dec', 2, (count) => {
    const old = count.load('relaxed');
    if (old > 1) {
      count.fetchSub(1, 'release');
      return;
    }
    saturate(count, DEC_LEAK);
  }),
  {
    ...copy('one-access-less', 'dec', 2, (count) => {
      const old = count.update((value) => (value <= 1 ? REFCOUNT_SATURATED : value - 1), 'release');
      if (old <= 1) count.warn(DEC_LEAK);
    }),
    onlyLoses: true,
  },
  // Whoever looks first, and forgets what it saw, does nothing that anybody can see.
  copy('looks-first', 'inc', 0, (count) => {
    count.load('relaxed');
    sound('inc')(count);
  }),
  copy('looks-later', 'dec_if_one', 0, (count) => {
    const result = sound('dec_if_one')(count);
    count.load('relaxed');
    return result;
  }),
];
