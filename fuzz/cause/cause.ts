import type { Interval } from './intervals.ts';
import type { Way } from './ways.ts';

/**
 * Why reference and subject disagree: the smallest set of ops that have to run as the reference runs them for a divergence
 * to go away, and where they part.
 */
export interface Cause {
  /** Stable: the same defect has the same name in every campaign. See `causeName`. */
  readonly name: string;
  /** Sorted. Several: they are one code, they part in one and the same way, or only all of them together matter. */
  readonly ops: readonly string[];
  /**
   * The old values from which the ops part when they run alone; absent where they do the same alone, and only what comes
   * between their accesses matters.
   */
  readonly alone: readonly Interval[] | undefined;
  /** What both sides do there, told by one call; empty where they do the same alone. */
  readonly ways: readonly Way[];
  /** Whose code the ops have to run for the divergence to go away. */
  readonly base: string;
}
