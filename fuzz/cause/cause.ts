import type { Interval } from './intervals.ts';
import type { Way } from './ways.ts';

/**
 * How ops of a scheme are a cause that no place in them explains.
 *
 *     together       of protocols that count different things: some ops that fit the others only all together
 *     as-a-whole     the two protocols count different things: no op of the one fits the others, only all do
 *     order          accesses that do the same, and leave out an order between threads
 *     state          it is no op: the state where the program starts has another count
 */
export type Joint = 'together' | 'as-a-whole' | 'order' | 'state';

/**
 * Why reference and subject disagree: the smallest set of ops that have to run as the reference runs them for a divergence
 * to go away, and where they part.
 */
export interface Cause {
  /** Stable: the same defect has the same name in every campaign. See `causeName`. */
  readonly name: string;
  /**
   * Sorted. Several: they are one code, they part in one and the same way, or only all of them together matter. Of schemes
   * also CALLBACK_OP and STATES_OP.
   */
  readonly ops: readonly string[];
  /**
   * The old values from which the ops part when they run alone; absent where they do the same alone, and only what comes
   * between their accesses matters. Of schemes: counts as the base has them, without the bias.
   */
  readonly alone: readonly Interval[] | undefined;
  /** Of schemes, where the cause is no single place: see `Joint`. `alone` is absent then. */
  readonly joint?: Joint;
  /** What both sides do there, told by one call; empty where they do the same alone. */
  readonly ways: readonly Way[];
  /** Whose code the ops have to run for the divergence to go away. */
  readonly base: string;
}
