import {
  checkEquivalence,
  type Equivalence,
  type EquivalenceOptions,
  type Equivalent,
} from '../../fuzz/fast-check/equivalence.ts';
import { pairTarget, type Side, type TargetOptions, withOptions } from '../../fuzz/fast-check/pair-target.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Target } from '../../targets/target/target.ts';
import { equivalenceReport } from './equivalence-report.ts';

/** What to compare, and how long. */
export type AssertOptions = TargetOptions & EquivalenceOptions;

/** Two sides differ, or it is not decided whether they do. The message has all that is needed to look into it. */
export class NotEquivalentError extends Error {
  override readonly name = 'NotEquivalentError';
  /** The same as data: the case, the signatures, seed and path. */
  readonly found: Exclude<Equivalence, Equivalent>;

  constructor(found: Exclude<Equivalence, Equivalent>) {
    super(equivalenceReport(found));
    this.found = found;
  }
}

/**
 * Throws when a counter or scheme differs from its reference in a way that is not accepted.
 *
 * Random programs are run on both sides, each under all its schedules where it is small enough. A divergence is minimised
 * and shown: the program, the accesses of the schedule, why it is one, and how to make it happen again.
 *
 * @param reference a record, the name of a built-in subject, or `ideal`; or both sides as a target, from a file or not
 * @returns how many programs were compared
 * @throws NotEquivalentError when the two differ, or (unless `undecided` says `accept`) may differ
 * @throws InputError for names, values and options that do not fit
 */
export function assertEquivalent(reference: Side, subject: Side, options?: AssertOptions): Equivalent;
/** The same for a target that pairs both sides already. */
export function assertEquivalent(target: Target, options?: AssertOptions): Equivalent;
/** Both forms: a target comes alone, a side comes with another. */
export function assertEquivalent(
  one: Side | Target,
  two?: Side | AssertOptions,
  three: AssertOptions = {},
): Equivalent {
  const [target, options] = isSide(one)
    ? [pairTarget(one, two as Side, three), three]
    : [withOptions(one, (two as AssertOptions) ?? {}), (two as AssertOptions) ?? {}];
  const found = checkEquivalence(harnessOf(target), options);
  if (found.kind !== 'equivalent') throw new NotEquivalentError(found);
  return found;
}

/** A target has sides, and no `kind` of its own. */
function isSide(one: Side | Target): one is Side {
  return typeof one === 'string' || 'kind' in one;
}
