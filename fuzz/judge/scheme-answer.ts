import type { FactName } from '../../oracles/lifetime.ts';
import type { Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';
import type { SchemeDivergence } from './scheme-differences.ts';
import type { ExplorationCounts } from './scheme-runs.ts';

/** What the comparison of a program gave. */
export interface SchemeAnswer {
  /** By signature. */
  readonly divergences: ReadonlyMap<string, SchemeDivergence>;
  /** How many complete outcomes (results, warnings and facts) the reference has and the subject lacks. */
  readonly lost: number;
  /** Whether the subject has one that the reference lacks. It nearly always has a signature then. */
  readonly hasNew: boolean;
}

/** What complete runs of one side come to. */
export interface SideCan {
  /** By thread, packed as in op-results.ts. */
  readonly results: readonly (readonly number[])[];
  /** The first facts of runs, by name. */
  readonly facts: readonly FactName[];
  readonly warnings: readonly string[];
}

/** Decides programs of a scheme target: every schedule of both sides, one set of outcomes against the other. */
export interface SchemeComparison {
  /** @returns undefined when a side has more states than the limit, or both were stopped by a bound */
  compare(program: Program): SchemeAnswer | undefined;
  /** The cheapest schedule that shows a divergence. @returns undefined when none does, or there are too many states */
  cheapest(program: Program, signature: string): number[] | undefined;
  /** All that complete runs of the reference come to; undefined with too many states. */
  referenceCan(program: Program): SideCan | undefined;
  readonly subject: Machine;
  readonly reference: Machine;
  /** Of all programs so far, both sides. */
  readonly counts: ExplorationCounts;
}
