import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { type Difference, type Examiner, gravityOf } from './examine.ts';
import { type OffersSoFar, smallerProgramsFor } from './program-shrinks.ts';

/** A program that differs, and in what. */
export interface SmallDifference {
  readonly program: Program;
  readonly examined: Difference;
}

/**
 * The smallest program that differs as gravely, in whatever op. Of the signatures that one program shows nobody has chosen any
 * yet, so the one that is shown to a person may as well be the simplest. Nothing here is random.
 */
export function smallestDifference(
  harness: Harness,
  examine: Examiner,
  program: Program,
  examined: Difference,
): SmallDifference {
  let best: SmallDifference = { program, examined };
  let soFar: OffersSoFar | undefined;
  for (let progress = true; progress; ) {
    progress = false;
    for (const [smaller, next] of smallerProgramsFor(harness, best.program, soFar)) {
      const other = examine(smaller);
      if (other.kind === 'equal' || other.kind === 'undecided') continue;
      if (gravityOf(other) > gravityOf(best.examined)) continue;
      best = { program: smaller, examined: other };
      soFar = next;
      progress = true;
      break;
    }
  }
  return best;
}
