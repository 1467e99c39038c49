import type { Interval } from './intervals.ts';

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
   * Of counters: the old values from which the ops part when they run alone; absent where they do the same alone, and only what comes
   * between their accesses matters.
   */
  readonly alone: readonly Interval[] | undefined;
}
