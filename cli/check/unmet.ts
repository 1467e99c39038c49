import { EMPTY_TALLY, joined, type ScopeTally } from '../../fuzz/check/check-scope.ts';
import type { KeysBySide } from '../../fuzz/check/coverage-watch.ts';
import type { ScopeSize } from '../../fuzz/check/scope.ts';
import type { DecidedPart } from '../../fuzz/check/scope-journal.ts';
import type { Missing, Vacuity } from '../../fuzz/check/vacuity.ts';

/** What keeps a comparison that found nothing from being called "equivalent". */
export interface Unmet {
  readonly missing: readonly Missing[];
  /** A larger scope that meets something of it. */
  readonly helpful: ScopeSize | undefined;
  /** What the user has said never happens, by name. */
  readonly never: readonly string[];
  /** Of what the user has said, that it is not so. */
  readonly notes: readonly string[];
  /** False where the search was ended: then what is missing may still be met. */
  readonly isComplete: boolean;
}

/** Looks for what is left in the whole scope, part by part. */
export type Search = (toMeet: KeysBySide) => AsyncIterable<DecidedPart>;

/**
 * What no program of a decided scope comes to. Where something differs nobody is told "equivalent", and it is not asked; nor
 * where programs are undecided. Nearly always a few small programs meet everything, and the others are not looked at.
 *
 * @param ask makes the question; undefined where the scope was not decided
 */
export async function unmetOf(
  tally: ScopeTally,
  ask: (() => Vacuity) | undefined,
  search: Search,
  { never = [] }: { readonly never?: readonly string[] },
): Promise<Unmet> {
  const { signatures, strange, undecided, programs } = tally;
  const nothing = { missing: [], helpful: undefined, never, notes: [], isComplete: true };
  if (!ask || Object.keys(signatures).length > 0 || strange + undecided > 0) return nothing;
  const vacuity = ask();
  const notes = vacuity.contradicted.map((name) => `--never ${name}: some program comes to it`);
  const { met, isComplete } = await metIn(vacuity.toMeet, programs, search);
  const missing = vacuity.missing(met);
  const helpful = missing.length > 0 && isComplete ? vacuity.helpfulSize(met) : undefined;
  return { missing, helpful, never, notes, isComplete: isComplete || missing.length === 0 };
}

/** @returns what of some keys the scope meets, and whether all of it was looked at that could help */
async function metIn(
  toMeet: KeysBySide,
  programs: number,
  search: Search,
): Promise<{ met: KeysBySide; isComplete: boolean }> {
  const wanted = toMeet.flat().length;
  if (wanted === 0) return { met: [], isComplete: true };
  let sum = EMPTY_TALLY;
  for await (const { tally } of search(toMeet)) {
    sum = joined(sum, tally);
    if (sum.met!.flat().length === wanted) break;
  }
  const { met = [] } = sum;
  return { met, isComplete: sum.programs === programs || met.flat().length === wanted };
}
