import { holdKindsOf } from '../../targets/subject/hold-kinds.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { SCHEME_WORDS, THREAD_WORD_CELLS } from './access.ts';

/**
 * Where the words of one scheme lie in a machine's state: those of every scheme (`WordIndex`), then its own, then a region
 * for each feature that it uses. A scheme that uses none of them has a state as small as ever, and pays nothing.
 *
 *     common │ own words │ kinds of hold │ resource │ words of threads
 *       18   │  0 to 8   │   0 to 15     │  0 or 1  │  5 for each: threads 0 to 3, and RCU
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
  /** The first of those that threads have for themselves, each with THREAD_WORD_CELLS cells. */
  readonly threadWords: number;
  /** All words together. */
  readonly length: number;
  /** Asynchronous threads, which come behind those of the program: RCU is the first of them. */
  readonly laterThreads: number;
}

/** @returns the layout of a scheme, by nothing but what it declares: the same in every thread and process */
export function schemeLayout(scheme: Scheme): SchemeLayout {
  const own = SCHEME_WORDS;
  const holds = own + (scheme.words?.length ?? 0);
  const resource = holds + holdKindsOf(scheme).length - 1;
  const threadWords = resource + (scheme.resource ? 1 : 0);
  const length = threadWords + (scheme.threadWords?.length ?? 0) * THREAD_WORD_CELLS;
  return { own, holds, resource, threadWords, length, laterThreads: 1 };
}
