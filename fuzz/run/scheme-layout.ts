import { holdKindsOf } from '../../targets/subject/hold-kinds.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { SCHEME_WORDS, threadWordCells, WordIndex } from './access.ts';
import { cellsOfOrder } from './order-cells.ts';

/** Where the two halves of a word of 64 bits lie, or the two words of a pair. */
export interface WideCells {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the words of one scheme lie in a machine's state: those of every scheme (`WordIndex`), then its own, then a region
 * for each feature that it uses. A scheme that uses none of them has a state as small as ever, and pays nothing.
 *
 *     common │ own words │ kinds of hold │ resource │ words of threads │ sequences │ upper halves │ owners of pairs
 *       18   │  0 to 32  │   0 to 15     │  0 or 1  │  5 or more each  │ 1 for each own word, or none
 *
 *     two own words                                18 words | a, b
 *     and they are locks with sequences            18 words | a, b | sequence of a, of b
 *     the count has 64 bits                        18 words | a, b | upper half of the count
 *     they lie side by side                        18 words | a, b | owner of a, owner of b
 *     and each thread has a word for itself        18 words | a, b | threads 0 to 3, and RCU | owner of a, owner of b
 *
 * The number of such a pair is that of its first owner: an access of both needs a number of its own, which is no word's.
 *
 * Behind these lies what few have of time: see scheme-later.ts.
 *
 * A region that is not there has the length 0, and the next begins where it would: so `resource` of a scheme without one is
 * the number of another word, and is asked for only where there is one.
 */
export interface SchemeLayout {
  /** The first of its own words, by the order of `Scheme.words`. */
  readonly own: number;
  /** The first of those that count the holds of kinds with names: see scheme-holds.ts. */
  readonly holds: number;
  /** Whether the resource runs; only where there is one. */
  readonly resource: number;
  /** The first of those that threads have for themselves, each with `threadWordCells` cells, and what comes behind. */
  readonly threadWords: number;
  readonly threadWordsEnd: number;
  readonly threadWordCells: number;
  /** The first of the sequences of own words that are locks, by the order of `Scheme.words`; undefined where there are none. */
  readonly sequences: number | undefined;
  /** By number of a word of 64 bits: where its halves lie. A pair has the number of the first of its owners. */
  readonly wide: ReadonlyMap<number, WideCells> | undefined;
  /** By number of a word that is one of a pair: where it says who has it as a lock. The word itself holds 0 or 1. */
  readonly owners: ReadonlyMap<number, number> | undefined;
  /** The number of each pair, by the order of `Scheme.pairs`. */
  readonly pairs: readonly number[];
  /** All words together. */
  readonly length: number;
  /** Asynchronous threads, which come behind those of the program: RCU is the first of them. */
  readonly laterThreads: number;
  /** By such a thread: the first of its LATER_LENGTH words. */
  readonly later: readonly number[];
  /** By domain of readers, RCU being 0: the word with how deep each thread sits in a section. */
  readonly nesting: readonly number[];
  /** By domain: the first of two words with whom each thread waits for; absent where nobody does. */
  readonly waitsForReaders: readonly number[];
  /** By domain, from 1 on: how deep each thread sat when its op began. */
  readonly nestedBefore: readonly number[];
  /** Where each thread sleeps; -1 where nobody does. */
  readonly sleepers: number;
  /** The first cell of what is known of whose uses: see use-order.ts. */
  readonly order: number;
  /** What becomes of memory that is reused; -1 where it is not. */
  readonly reuse: number;
}

/** Of a function that runs later: whether it is due, who waits for whom, and who has armed it. See scheme-later.ts. */
const LATER_LENGTH = 3;

/** @returns the layout of a scheme, by nothing but what it declares: the same in every thread and process */
export function schemeLayout(scheme: Scheme): SchemeLayout {
  const own = SCHEME_WORDS;
  const words = scheme.words?.length ?? 0;
  let length = own + words;
  const region = (cells: number) => {
    length += cells;
    return length - cells;
  };
  const holds = region(holdKindsOf(scheme).length - 1);
  const resource = region(scheme.resource ? 1 : 0);
  const threadWords = region((scheme.threadWords?.length ?? 0) * threadWordCells(scheme));
  const threadWordsEnd = length;
  const sequences = scheme.hasSequences ? region(words) : undefined;
  const wide = new Map<number, WideCells>();
  for (let place = 0; place <= words; place++) {
    const isWide = place === 0 ? scheme.isCountWide : scheme.words![place - 1]!.isWide;
    if (isWide) wide.set(wordAt(place), { low: wordAt(place), high: region(1) });
  }
  const owners = new Map<number, number>();
  const pairs = (scheme.pairs ?? []).map((places) => {
    const [low, high] = [wordAt(places[0]), wordAt(places[1])];
    const first = region(2);
    wide.set(first, { low, high });
    owners.set(low, first).set(high, first + 1);
    return first;
  });
  const time = scheme.time ?? {};
  const laterThreads = time.later?.length ?? 1;
  // The words of the first one are among those of every scheme.
  const others = Array.from({ length: laterThreads - 1 }, () => region(LATER_LENGTH));
  const domains = Array.from({ length: time.srcu ?? 0 }, () => ({ nesting: region(1), before: region(1) }));
  return {
    own,
    holds,
    resource,
    threadWords,
    threadWordsEnd,
    threadWordCells: threadWordCells(scheme),
    sequences,
    wide: wide.size > 0 ? wide : undefined,
    owners: owners.size > 0 ? owners : undefined,
    pairs,
    laterThreads,
    later: [WordIndex.PENDING, ...others],
    nesting: [WordIndex.NESTING, ...domains.map(({ nesting }) => nesting)],
    nestedBefore: [WordIndex.NESTED, ...domains.map(({ before }) => before)],
    waitsForReaders: time.waitsForReaders ? [0, ...domains].map(() => region(2)) : [],
    sleepers: time.sleeps ? region(1) : -1,
    reuse: time.isTypesafe ? region(1) : -1,
    order: region(cellsOfOrder(scheme, laterThreads)),
    // Behind the last region.
    length,
  };
}

/** The number of the word at a place: the count, or an own word. */
export function wordAt(place: number): number {
  return place === 0 ? WordIndex.COUNT : SCHEME_WORDS + place - 1;
}
