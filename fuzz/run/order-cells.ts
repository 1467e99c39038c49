import { cellsOfViews } from '../../oracles/thread-views.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { MAX_THREADS } from '../program/program.ts';
import { WordIndex } from './access.ts';

const { COUNT, LIST, LOCK, MUTEX, TIMER } = WordIndex;

/** Words of every scheme that have accesses with an order; own words come behind them. */
export const COMMON: readonly number[] = [COUNT, LIST, LOCK, MUTEX, TIMER];
/** Behind these, what no word carries: what readers knew as they left, callbacks and the idle note are told, and all else. */
export const BESIDE = 4;

/** How many cells the account of a scheme needs, see scheme-order.ts; none where it is not asked. */
export function cellsOfOrder(scheme: Scheme, laterThreads: number): number {
  if (!scheme.asksOrder) return 0;
  return cellsOfViews(COMMON.length + (scheme.words?.length ?? 0) + BESIDE, MAX_THREADS + laterThreads);
}
