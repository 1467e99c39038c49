import type { Divergence } from '../../oracles/divergence.ts';
import type { StressReport } from '../stress/stress.ts';

/** Counts of the races of a target, on threads of this process or of a booted kernel. */
export interface RaceTotals {
  /** Cells, all programs together: each is one run of a program. */
  runs: number;
  /** Different outcomes of a program, summed over programs. */
  outcomes: number;
  /** Those of them that only an interleaving of accesses has; and how many runs ended in them. */
  windows: number;
  windowRuns: number;
  /** Those that no schedule of the model has. */
  unreachable: number;
  /** Those that could not be judged. */
  unknown: number;
  /** Programs without a tally: a thread died, or did not finish. */
  failed: number;
}

/** Before the first race. */
export function noRaces(): RaceTotals {
  return { runs: 0, outcomes: 0, windows: 0, windowRuns: 0, unreachable: 0, unknown: 0, failed: 0 };
}

/**
 * Adds the race of one program. An outcome that whole ops in some order explain brings none: what those do wrong,
 * lockstep finds.
 *
 * @param onWindow called for each divergence of an outcome in a window
 */
export function addRace(
  totals: RaceTotals,
  { runs, failure, outcomes }: StressReport,
  onWindow: (divergence: Divergence, count: number) => void,
): void {
  totals.runs += runs;
  totals.outcomes += outcomes.length;
  if (failure !== undefined) totals.failed++;
  for (const { standing, count, divergences } of outcomes) {
    if (standing === 'unreachable') totals.unreachable++;
    if (standing === 'unknown') totals.unknown++;
    if (standing !== 'window') continue;
    totals.windows++;
    totals.windowRuns += count;
    for (const divergence of divergences) onWindow(divergence, count);
  }
}

/** For one program that was raced again and again: its races have outcomes in common, which count once. */
export function countOutcomesOnce(totals: RaceTotals, { outcomes }: StressReport): void {
  const numberOf = (wanted: string) => outcomes.filter(({ standing }) => standing === wanted).length;
  totals.outcomes = outcomes.length;
  totals.windows = numberOf('window');
  totals.unreachable = numberOf('unreachable');
  totals.unknown = numberOf('unknown');
}
