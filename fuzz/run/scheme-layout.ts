import type { Scheme } from '../../targets/subject/subject.ts';
import { SCHEME_WORDS, WordIndex } from './access.ts';

/**
 * Where the words of one scheme lie in a machine's state: those of every scheme (`WordIndex`), then its own, then a region
 * for each feature that it uses. A scheme that uses none of them has a state as small as ever, and pays nothing.
 */
export interface SchemeLayout {
  /** The first of its own words, by the order of `Scheme.words`. */
  readonly own: number;
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
  /** What becomes of memory that is reused; -1 where it is not. */
  readonly reuse: number;
}

/** Of a function that runs later: whether it is due, who waits for whom, and who has armed it. See scheme-later.ts. */
const LATER_LENGTH = 3;

/** @returns the layout of a scheme, by nothing but what it declares: the same in every thread and process */
export function schemeLayout({ words = [], time = {} }: Scheme): SchemeLayout {
  const own = SCHEME_WORDS;
  let length = own + words.length;
  const region = (size: number) => {
    length += size;
    return length - size;
  };
  const laterThreads = time.later?.length ?? 1;
  // The words of the first one are among those of every scheme.
  const others = Array.from({ length: laterThreads - 1 }, () => region(LATER_LENGTH));
  const domains = Array.from({ length: time.srcu ?? 0 }, () => ({ nesting: region(1), before: region(1) }));
  return {
    own,
    laterThreads,
    later: [WordIndex.PENDING, ...others],
    nesting: [WordIndex.NESTING, ...domains.map(({ nesting }) => nesting)],
    nestedBefore: [WordIndex.NESTED, ...domains.map(({ before }) => before)],
    waitsForReaders: time.waitsForReaders ? [0, ...domains].map(() => region(2)) : [],
    sleepers: time.sleeps ? region(1) : -1,
    reuse: time.isTypesafe ? region(1) : -1,
    length,
  };
}
