import type { Counter, Place } from './counter.ts';

/** What is said of a counter. The order is that of reports. */
export const VERDICTS = [
  /** A `refcount_t` or `kref` that is used as what it cannot be. The only one that fails a run. */
  'misuse',
  /** Converts as it is written: names change, nothing else. */
  'as-is',
  /** Converts, with one edit that the remedy names. */
  'with-a-change',
  /** Converts with a bias: one more throughout. */
  'by-one',
  /** May convert; the remedy says what to look at first. */
  'with-care',
  /** A reference count by all signs, and still not one that converts; or none at all. */
  'no',
  /** Too little is known. */
  'unknown',
  /** A `refcount_t` or `kref`, used as such. */
  'sound',
  /** The same, and moved by more than one at a time. */
  'weighted',
  /** It has an API of its own: `lockref`, `percpu_ref`, `kobject`. */
  'listed',
] as const;

/** One of `VERDICTS`. */
export type Verdict = (typeof VERDICTS)[number];

/** A reason: what is so, and the lines that show it. */
export interface Reason {
  /** A sentence: `dec_return below 0 frees the object`. */
  readonly what: string;
  readonly places: readonly Place[];
}

/** A counter, judged. */
export interface Judged {
  readonly counter: Counter;
  readonly verdict: Verdict;
  /** The protocol: `sentinel`, `freed below 0`, `statistics`, `first user`. */
  readonly protocol: string;
  /** The rule of `RULES` that decided. */
  readonly rule: string;
  readonly reasons: readonly Reason[];
  readonly confidence: 'high' | 'medium' | 'low';
  /** Why it is not higher; empty for `high`. */
  readonly doubts: readonly string[];
  /** What to do, in a sentence. */
  readonly remedy: string;
}
