import type { Result } from '../targets/subject/subject.ts';
import type { Sequential } from './linearizability.ts';

/** The calls that programs are made of, by number. */
export interface Calls {
  /** The ops of the target, in the order in which they are numbered. */
  readonly opNames: readonly string[];
  /** @returns the op and its arguments, 0 where it takes fewer */
  call(id: number): { readonly op: string; readonly a: number; readonly b: number };
}

/** What one op gave its caller. */
export interface OpEnd {
  /** Its answer; for a counter, a text where it was stopped instead, see `FAULTS`. */
  readonly result: Result | string;
  readonly warnings: readonly { readonly text: string }[];
}

/** What each op of a counter does when nothing can come between its accesses, with its outcomes in words. */
export interface Specification extends Sequential {
  outcomeOf(outcome: number): OpEnd;
  /** Another number once outcomes were forgotten, and numbered anew. */
  readonly generation: number;
}
