import type { Novel } from '../generate/pool.ts';
import { opCount } from '../program/program.ts';
import { unpackProgram } from '../run/packed-program.ts';
import type { TargetSearch } from './target-search.ts';

/** A program of a pool, and all that it does. */
interface Measured {
  readonly entry: Novel;
  readonly ops: number;
  /**
   * What it shows now, and what it was kept for: a feature of a large program may need a schedule that is not drawn
   * again.
   */
  readonly features: ReadonlySet<number>;
}

/**
 * A small set of a pool's programs that shows every feature which the whole pool shows: again and again the one that
 * adds most for its size, and then without those whose features the others show by now. (The smallest set of all would
 * take too long to find; this one is near it.)
 *
 * Every program is run once more for that. Of a large one only some schedules are run, other ones than when it was met: a
 * feature that does not show again stays with the program that showed it.
 *
 * @returns in the order of the pool, each with the features that it is the first of these to show
 */
export function reducedPool(search: TargetSearch, entries: readonly Novel[]): Novel[] {
  const measured = entries.map((entry, index): Measured => {
    const program = unpackProgram(search.harness, entry.program);
    const features = new Set([...search.featuresOf(program, index), ...entry.features]);
    return { entry, ops: opCount(program), features };
  });
  const kept = needed(enough(measured));
  const left = allFeatures(measured);
  return measured
    .filter((one) => kept.has(one))
    .map(({ entry: { program }, features }) => ({
      program,
      features: [...features].filter((feature) => left.delete(feature)),
    }));
}

/**
 * Some that show all that all of them show.
 *
 * Greedy weighted set cover: the cost of a program is its ops. Chvátal (1979) bounds the price of being greedy: H(n)
 * times the cheapest cover, n the most features of one program.
 *
 *     program    ops  features   first worth   after P
 *     P          1    1 2        2             picked
 *     Q          2    1 3 4      1.5           1, for 3 and 4
 *     R          2    2 5 6      1.5           1, for 5 and 6
 *
 * P, Q and R are picked; then Q shows 1 and R shows 2, so `needed` leaves P out again.
 */
function enough(measured: readonly Measured[]): Measured[] {
  const left = allFeatures(measured);
  const picked: Measured[] = [];
  const worth = ({ features, ops }: Measured) => countIn(features, left) / ops;
  // The lazy form (Minoux, 1978).
  // What a program adds only ever falls, so an old figure that is beaten need not be made anew.
  const queue = measured.map((one) => ({ one, value: worth(one) }));
  while (left.size > 0) {
    queue.sort((one, other) => other.value - one.value);
    const best = queue[0]!;
    const value = worth(best.one);
    if (value < best.value) {
      best.value = value;
      continue;
    }
    for (const feature of best.one.features) left.delete(feature);
    picked.push(best.one);
    queue.shift();
  }
  return picked;
}

/**
 * Without those whose every feature another one shows: picked early, and made superfluous by what was picked later. The
 * order of picking makes it deterministic: who goes first decides which of two that cover for each other stays.
 */
function needed(picked: readonly Measured[]): ReadonlySet<Measured> {
  const shownBy = new Map<number, number>();
  for (const feature of picked.flatMap(({ features }) => [...features])) {
    shownBy.set(feature, (shownBy.get(feature) ?? 0) + 1);
  }
  const kept = new Set(picked);
  for (const one of picked) {
    const features = [...one.features];
    if (features.some((feature) => shownBy.get(feature) === 1)) continue;
    for (const feature of features) shownBy.set(feature, shownBy.get(feature)! - 1);
    kept.delete(one);
  }
  return kept;
}

function allFeatures(measured: readonly Measured[]): Set<number> {
  return new Set(measured.flatMap(({ features }) => [...features]));
}

/** How many of the features nobody picked so far shows. */
function countIn(features: ReadonlySet<number>, left: ReadonlySet<number>): number {
  let count = 0;
  for (const feature of features) if (left.has(feature)) count++;
  return count;
}
