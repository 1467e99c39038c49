import type { Site } from '../census/counter.ts';
import type { CallText, Comparison, Relation } from './call-text.ts';

/** A site, and what of its surroundings can be replaced with it. */
export interface Asked {
  readonly site: Site;
  readonly call: CallText;
  /** The counter's address, as it is written. */
  readonly counter: string;
  readonly comparison: Comparison | undefined;
  /** One more throughout. */
  readonly bias: 0 | 1;
}

/**
 * What is written in the place of a call.
 *
 *     refcount_dec_and_test(&x)       name, truth
 *     refcount_add(n, &x)             name, args, isCounterLast
 *     refcount_read(&x) != 1          name, compared
 *     (refcount_read(&x) - 1)         name, less
 */
export interface Target {
  readonly name: string;
  /** Beside the counter: before it for `add` and `sub`, after it for all others. */
  readonly args?: readonly string[];
  readonly isCounterLast?: boolean;
  readonly remarks?: readonly string[];
  /** The comparison goes, as the new op gives a truth value; `false` for where it says the opposite. */
  readonly truth?: boolean;
  /** The comparison becomes this one. */
  readonly compared?: readonly [relation: Relation, value: number];
  /** Around all of it. */
  readonly less?: 1;
}
