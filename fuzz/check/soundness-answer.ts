import type { Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { neverMet, wantedOf } from './coverage.ts';
import type { ScopeSize } from './scope.ts';
import { SoundnessChecker } from './soundness.ts';
import { gravityOf } from './soundness-facts.ts';
import { bothTallies, type Fault, isSmaller, NO_PROGRAMS, type SoundnessTally } from './soundness-tally.ts';

/** Whether a protocol is sound by itself, as far as a scope of programs can say. */
export interface SoundnessAnswer {
  /**
   * `vacuous`: nothing went wrong in what was met, and something that the code can do was never met. `unknown`: nothing
   * went wrong, and not every program was decided.
   */
  readonly verdict: 'sound' | 'unsound' | 'vacuous' | 'unknown';
  /** The gravest and smallest first. */
  readonly faults: readonly Fault[];
  /** For people: what no program came to. */
  readonly neverMet: readonly string[];
  readonly tally: SoundnessTally;
}

/** @param tally of all programs of the scope */
export function soundnessAnswer(
  harness: Harness,
  trees: TransitionTrees,
  tally: SoundnessTally,
): SoundnessAnswer {
  const faults = Object.values(tally.faults).sort(
    (one, other) => gravityOf(one.what) - gravityOf(other.what) || (isSmaller(one.rank, other.rank) ? -1 : 1),
  );
  const missing = neverMet(wantedOf(harness, trees), tally.met);
  const open = tally.undecided > 0 ? ('unknown' as const) : undefined;
  const verdict = faults.length > 0 ? 'unsound' : (open ?? (missing.length > 0 ? 'vacuous' : 'sound'));
  return { verdict, faults, neverMet: missing, tally };
}

/** Programs that are decided before it is asked again whether something is still to be met. */
const PART = 256;

/**
 * Asks of one side of a pair before the two are compared. Programs of 2 × 2 are enough to see most faults; larger ones of the
 * scope are only run while something is still to be met. So the question costs little beside the comparison.
 *
 * @param size of the comparison
 */
export function soundnessOf(
  harness: Harness,
  trees: TransitionTrees,
  size: ScopeSize,
  limit: number,
): SoundnessAnswer {
  const small = { threads: Math.min(size.threads, 2), ops: Math.min(size.ops, 2) };
  const first = new SoundnessChecker(harness, trees, small, limit);
  let tally = first.check(0, first.scope.programs);
  const wanted = wantedOf(harness, trees);
  if (small.threads === size.threads && small.ops === size.ops) return soundnessAnswer(harness, trees, tally);
  const larger = new SoundnessChecker(harness, trees, size, limit);
  const { programs } = larger.scope;
  for (let from = 0; from < programs && neverMet(wanted, tally.met).length > 0; from += PART)
    tally = bothTallies(tally, larger.check(from, Math.min(from + PART, programs)));
  return soundnessAnswer(harness, trees, tally);
}

/** The tally of a whole scope, decided here and now. */
export function wholeTally(checker: SoundnessChecker): SoundnessTally {
  return bothTallies(NO_PROGRAMS, checker.check(0, checker.scope.programs));
}
