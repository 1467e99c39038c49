import type { Site } from '../census/counter.ts';
import type { FunctionFacts } from './function-facts.ts';

/**
 * What a function does to the counter, and so which declaration of refuzz's it becomes.
 *
 *     finds     looks the object up and takes a reference            REFUZZ_GET
 *     tries     takes one on what it is handed, or is refused        REFUZZ_GET, in a read section
 *     takes     takes one on what it is handed                       REFUZZ_DUP
 *     puts      gives one back                                       REFUZZ_PUT
 *     acts      unlinks, collects, or does both                      REFUZZ_ACT
 *     creates   sets the count of a new object                       REFUZZ_STATE
 */
export type Role = 'finds' | 'tries' | 'takes' | 'puts' | 'acts' | 'creates';

/** A function that is run, or one that makes the object. */
export interface Chosen {
  readonly facts: FunctionFacts;
  readonly role: Role;
  /** Its ops on the counter; none of a function that calls one that has some. */
  readonly sites: readonly Site[];
}
