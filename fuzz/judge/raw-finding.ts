import type { Divergence } from '../../oracles/divergence.ts';
import type { Program } from '../program/program.ts';

/** A divergence as it was met: nobody has made it small yet, and it is no case. */
export interface RawFinding {
  readonly divergence: Divergence;
  /** A program that shows it. */
  readonly program: Program;
  /**
   * The thread of each access of a run that shows it. Undefined for one op alone, and where the whole set of outcomes
   * was compared: `Decider.cheapest` finds one then.
   */
  readonly schedule: readonly number[] | undefined;
}
