import type { Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { neverMet, wantedOf } from './coverage.ts';
import type { ScopeSize } from './scope.ts';
import { SoundnessChecker } from './soundness.ts';
import { gravityOf } from './soundness-facts.ts';
import { bothTallies, type Fault, isSmaller, type SoundnessTally } from './soundness-tally.ts';
import { statedKeys, type WantedThing } from './wanted.ts';

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
  /** The same, with the names by which a user says that it never happens. */
  readonly missing: readonly WantedThing[];
  readonly tally: SoundnessTally;
  /** Programs that were not run, because somebody ended it: nothing is known of them. */
  readonly left: number;
}

/**
 * @param left programs of the scope that the tally is not of
 * @param never names of what is said never to happen: it is not asked for
 * @throws InputError for a name that nothing has
 */
export function soundnessAnswer(
  harness: Harness,
  trees: TransitionTrees,
  tally: SoundnessTally,
  left = 0,
  never: readonly string[] = [],
): SoundnessAnswer {
  const faults = Object.values(tally.faults).sort(
    (one, other) => gravityOf(one.what) - gravityOf(other.what) || (isSmaller(one.rank, other.rank) ? -1 : 1),
  );
  const wanted = wantedOf(harness, trees);
  const [stated] = statedKeys([wanted], never);
  const missing = neverMet(wanted, [...tally.met, ...stated!]);
  const open = tally.undecided + left > 0 ? ('unknown' as const) : undefined;
  const verdict = faults.length > 0 ? 'unsound' : (open ?? (missing.length > 0 ? 'vacuous' : 'sound'));
  return { verdict, faults, neverMet: missing.map(({ text }) => text), missing, tally, left };
}

/** Programs of a larger scope that are tried for what is still to be met, evenly spread over it. */
const MOST_TRIED = 4096;

/**
 * Asks of one side of a pair before the two are compared. Programs of 2 × 2 are enough to see most faults; some of the
 * larger ones are only run while something is still to be met. So the question costs little beside the comparison.
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
  const step = Math.max(1, Math.floor(programs / MOST_TRIED));
  // From the end on: the last programs have the most threads.
  for (let at = programs - 1; at >= 0 && neverMet(wanted, tally.met).length > 0; at -= step)
    tally = bothTallies(tally, larger.check(at, at + 1));
  return soundnessAnswer(harness, trees, tally);
}
