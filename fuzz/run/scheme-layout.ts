import type { Scheme } from '../../targets/subject/subject.ts';
import { SCHEME_WORDS } from './access.ts';

/**
 * Where the words of one scheme lie in a machine's state: those of every scheme (`WordIndex`), then its own, then a region
 * for each feature that it uses. A scheme that uses none of them has a state as small as ever, and pays nothing.
 */
export interface SchemeLayout {
  /** The first of its own words, by the order of `Scheme.words`. */
  readonly own: number;
  /** The first of the sequences of own words that are locks, by the order of `Scheme.words`; undefined where there are none. */
  readonly sequences: number | undefined;
  /** All words together. */
  readonly length: number;
  /** Asynchronous threads, which come behind those of the program: RCU is the first of them. */
  readonly laterThreads: number;
}

/** @returns the layout of a scheme, by nothing but what it declares: the same in every thread and process */
export function schemeLayout(scheme: Scheme): SchemeLayout {
  const own = SCHEME_WORDS;
  const words = scheme.words?.length ?? 0;
  let length = own + words;
  const region = (cells: number) => {
    length += cells;
    return length - cells;
  };
  const sequences = scheme.hasSequences ? region(words) : undefined;
  return { own, sequences, length, laterThreads: 1 };
}
