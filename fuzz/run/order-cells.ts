import { cellsOfViews, ThreadViews } from '../../oracles/thread-views.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { MAX_THREADS } from '../program/program.ts';
import { cellsOfHistories, type HistoryShape } from '../weak/history-cells.ts';
import { SCHEME_WORDS, WordIndex } from './access.ts';

const { COUNT, LIST, LOCK, MUTEX, TIMER } = WordIndex;

/** Words of every scheme that have accesses with an order; own words come behind them. */
const COMMON: readonly number[] = [COUNT, LIST, LOCK, MUTEX, TIMER];
/** Behind these, what no word carries: what readers knew as they left, callbacks and the idle note are told, and all else. */
const BESIDE = 4;

/** Where what is known of orders lies, and of which words: by nothing but what a scheme declares. */
export interface OrderShape {
  /** Words that have accesses with an order, by their numbers in the machine. What is known of them lies in this order. */
  readonly words: readonly number[];
  /** Cells that carry what is known: for each of these words, and BESIDE more. */
  readonly carriers: number;
  readonly threads: number;
  /** Accounts of uses: one of the object's life, and two of each place of its payload. */
  readonly accounts: number;
  /** By place in `words`: which history is the word's; -1 for one that is always read as it is. */
  readonly histories: readonly number[];
  readonly history: HistoryShape;
}

/**
 * @param laterThreads how many functions run later
 * @returns undefined for a scheme of which nobody asks for orders
 */
export function orderShape(scheme: Scheme, laterThreads: number): OrderShape | undefined {
  if (!scheme.orders) return undefined;
  const own = (scheme.words ?? []).map((_, at) => SCHEME_WORDS + at);
  const words = [...COMMON, ...own];
  const carriers = words.length + BESIDE;
  const threads = MAX_THREADS + laterThreads;
  // A word that is also accessed as half of a pair, or is of 64 bits, is read as it is.
  const paired = new Set((scheme.pairs ?? []).flat());
  const isKept = (word: number): boolean => {
    if (scheme.orders === 'uses') return false;
    if (word === LIST) return true;
    if (word === COUNT) return !scheme.isCountWide && !paired.has(0);
    const at = word - SCHEME_WORDS;
    return at >= 0 && !scheme.words![at]!.isWide && !paired.has(at + 1);
  };
  const kept = words.filter(isKept);
  const inObject = kept.flatMap((word, at) =>
    word === COUNT || (word >= SCHEME_WORDS && scheme.words![word - SCHEME_WORDS]!.isInObject) ? [at] : [],
  );
  const histories = words.map((word) => kept.indexOf(word));
  return {
    words,
    carriers,
    threads,
    accounts: 1 + 2 * placesOfPayload(scheme),
    histories,
    history: {
      words: kept.length,
      carriers,
      threads,
      inObject,
      ofWords: kept.map((word) => words.indexOf(word)),
    },
  };
}

/** How many places of the payload ops write: the object as a whole, if some op does, and each word that is payload. See payload-places.ts. */
function placesOfPayload(scheme: Scheme): number {
  return (scheme.writesPayload ? 1 : 0) + (scheme.words ?? []).filter(({ isPayload }) => isPayload).length;
}

/** How many cells the account of a scheme needs, see use-order.ts and read-order.ts; none where it is not asked. */
export function cellsOfOrder(scheme: Scheme, laterThreads: number): number {
  const shape = orderShape(scheme, laterThreads);
  if (!shape) return 0;
  const uses = cellsOfUses(shape);
  return scheme.orders === 'uses' ? uses : uses + cellsOfHistories(shape.history) + 1;
}

/** The last cell says which threads have passed the barrier before their next access, and have yet to pass one: two sets. */
export function barrierCell(shape: OrderShape, first: number): number {
  return first + cellsOfHistories(shape.history);
}

/** Of these, those of uses of the object come first. */
export function cellsOfUses({ carriers, threads, accounts }: OrderShape): number {
  return accounts * cellsOfViews(carriers, threads);
}

/** The accounts of uses, one behind the other. @param first of their cells */
export function viewsOfUses({ carriers, threads, accounts }: OrderShape, first: number): ThreadViews[] {
  const length = cellsOfViews(carriers, threads);
  return Array.from(
    { length: accounts },
    (_, account) => new ThreadViews(carriers, threads, first + account * length),
  );
}
