import { unpackProgram } from '../packed-program.ts';
import { opCount } from '../program.ts';
import type { TargetSearch } from '../target-search.ts';
import type { Novel } from './pool.ts';

/** A program of a pool, and all that it does. */
interface Measured {
  readonly entry: Novel;
  readonly ops: number;
  readonly features: ReadonlySet<number>;
}

/**
 * A small set of a pool's programs that shows every feature which the whole pool shows: again and again the one that
 * adds most for its size. (The smallest set of all would take too long to find; this one is near it.)
 *
 * Every program is run once more for that. Of a large one only some schedules are run, other ones than when it was met: a
 * feature that does not show again stays with the program that showed it.
 *
 * @returns in the order of the pool, each with the features that it is kept for
 */
export function reducedPool(search: TargetSearch, entries: readonly Novel[]): Novel[] {
  const measured = entries.map((entry, index): Measured => {
    const program = unpackProgram(search.harness, entry.program);
    const features = new Set([...search.featuresOf(program, index), ...entry.features]);
    return { entry, ops: opCount(program), features };
  });
  const left = new Set(measured.flatMap(({ features }) => [...features]));
  const kept = new Map<Novel, readonly number[]>();
  const worth = ({ features, ops }: Measured) => countIn(features, left) / ops;
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
    const own = [...best.one.features].filter((feature) => left.has(feature));
    for (const feature of own) left.delete(feature);
    kept.set(best.one.entry, own);
    queue.shift();
  }
  return entries
    .filter((entry) => kept.has(entry))
    .map((entry) => ({ program: entry.program, features: kept.get(entry)! }));
}

function countIn(features: ReadonlySet<number>, left: ReadonlySet<number>): number {
  let count = 0;
  for (const feature of features) if (left.has(feature)) count++;
  return count;
}
